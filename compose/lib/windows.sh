# shellcheck shell=sh disable=SC2154
# Windows' setup, which wimboot(https://ipxe.org/wimboot) starts and which then wants the
# rest of its image from a Windows share: www/setup/NAME has what starts it from there,
# smb.conf the share.  wimboot puts files that follow its own into X:\Windows\System32:
# winpeshl.ini there names what runs instead of the shell, startnet.cmd loads the drivers
# of STATEDIR/drivers, finds the share and starts the setup, with unattend.xml where the
# machine's answers have one.

# windows_images: the images that have Windows' setup, a name on each line.
windows_images() {
	facts_awk 'facts_parse($0, F) > 0 && F[""] == "boot" && F["with"] == "wimboot" && tolower(F["kernel"]) == "sources/boot.wim" && !seen[F["dir"]]++ { print F["dir"] }' "$work/records"
}

# windows_write: all of it, and $work/inject, what pxe-menu(1) is to load besides.
windows_write() {
	: >"$work/inject"
	windows_images >"$work/windows"
	if [ -s "$work/windows" ] && [ -z "$address" ]; then
		warn "Windows' setup finds its share over IPv4 only: its image boots, and does not find it"
		: >"$work/windows"
	fi
	if [ ! -s "$work/windows" ]; then
		[ ! -d "$state/www/setup" ] || rm -rf "$state/www/setup" "$state/smb.conf" "$state/smb-shares.conf"
		return
	fi
	mkdir -p "$state/www/setup/drivers" || failed "cannot write to $state/www/setup; $(images_room)"
	windows_drivers
	printf '[LaunchApps]\r\n"startnet.cmd"\r\n' >"$work/winpeshl.ini"
	while IFS= read -r windows_name; do
		mkdir -p "$state/www/setup/$windows_name" && windows_start | sed 's/$/\r/' >"$work/startnet.cmd" && has_room "$work" &&
			windows_put "$work/startnet.cmd" "$windows_name/startnet.cmd" && windows_put "$work/winpeshl.ini" "$windows_name/winpeshl.ini" ||
			failed "cannot write to $state/www/setup; $(images_room)"
		printf 'inject dir=%s file=setup/%s/winpeshl.ini as=winpeshl.ini\ninject dir=%s file=setup/%s/startnet.cmd as=startnet.cmd\n' \
			"$windows_name" "$windows_name" "$windows_name" "$windows_name" >>"$work/inject"
		while IFS= read -r windows_file; do
			printf 'inject dir=%s file=setup/drivers/%s as=%s\n' "$windows_name" "$windows_file" "$windows_file"
		done <"$work/drivers" >>"$work/inject"
	done <"$work/windows"
	for windows_it in "$state"/www/setup/*/; do
		windows_it=${windows_it%/} windows_it=${windows_it##*/}
		[ "$windows_it" = drivers ] || grep -qxF -- "$windows_it" "$work/windows" || rm -rf "$state/www/setup/$windows_it"
	done
	windows_share
}

# windows_put FILE NAME: to www/setup, if it is not there already.
windows_put() {
	cmp -s "$1" "$state/www/setup/$2" || { cp "$1" "$state/www/setup/$2.new" && chmod 644 "$state/www/setup/$2.new" && mv -f "$state/www/setup/$2.new" "$state/www/setup/$2"; }
}

# The drivers' files, with their directories left out: $work/drivers.
windows_drivers() {
	: >"$work/drivers"
	[ ! -d "$state/drivers" ] || find -L "$state/drivers" -type f ! -name '.*' ! -name '*~' | sort >"$work/drivers.found"
	[ -d "$state/drivers" ] || : >"$work/drivers.found"
	while IFS= read -r windows_file; do
		windows_as=${windows_file##*/}
		case $windows_as in
		*[!A-Za-z0-9._-]*)
			warn "$windows_file is left out: wimboot takes names of letters, digits, dots, - and _"
			continue ;;
		esac
		if grep -qixF -- "$windows_as" "$work/drivers"; then
			warn "$windows_file is left out: there is another $windows_as beneath $state/drivers"
			continue
		fi
		windows_put "$windows_file" "drivers/$windows_as" || failed "cannot write to $state/www/setup; $(images_room)"
		printf '%s\n' "$windows_as" >>"$work/drivers"
	done <"$work/drivers.found"
	for windows_file in "$state"/www/setup/drivers/*; do
		[ ! -e "$windows_file" ] || grep -qxF -- "${windows_file##*/}" "$work/drivers" || rm -f "$windows_file"
	done
}

# What Windows PE does.  Since Windows 10 it takes no share without a password, and since
# 11 (24H2) none that does not sign, unless it is told to (Microsoft, KB 4046019).
windows_start() {
	cat <<EOF
@echo off
rem Made by pxe-up(8): starts the setup from the share of this server.
set key=HKLM\\SYSTEM\\CurrentControlSet\\Services\\LanmanWorkstation\\Parameters
reg add %key% /v AllowInsecureGuestAuth /t REG_DWORD /d 1 /f >nul
reg add %key% /v RequireSecuritySignature /t REG_DWORD /d 0 /f >nul
EOF
	sed -n 's/^.*\.[Ii][Nn][Ff]$/drvload X:\\Windows\\System32\\&/p' "$work/drivers"
	cat <<EOF
wpeinit
set share=\\\\$address\\$windows_name
set /a tries=0
:share
net use Z: %share% /user:guest "" && goto setup
set /a tries+=1
if %tries% geq 60 goto failed
ping -n 2 127.0.0.1 >nul
goto share
:setup
if exist X:\\Windows\\System32\\unattend.xml goto answers
Z:\\setup.exe
goto end
:answers
Z:\\setup.exe /unattend:X:\\Windows\\System32\\unattend.xml
goto end
:failed
echo %share% cannot be reached: is a driver of the network card missing (drivers/), or smbd not running there?
cmd
:end
EOF
}

# STATEDIR/smb-shares.conf, for a server that there is already, and smb.conf for one of
# our own, which serves nothing else and keeps nothing elsewhere.
windows_share() {
	{
		echo '; Made by pxe-up(8): Windows images, to read.'
		while IFS= read -r windows_name; do
			printf '[%s]\n\tpath = %s\n\tread only = yes\n\tguest ok = yes\n\tguest only = yes\n' "$windows_name" "$state/www/$windows_name"
		done <"$work/windows"
	} >"$state/smb-shares.conf.new"
	written "$state/smb-shares.conf"
	cat >"$state/smb.conf.new" <<EOF
; Made by pxe-up(8): a server for smb-shares.conf alone.
[global]
	server role = standalone server
	interfaces = $address
	bind interfaces only = yes
	smb ports = 445
	disable netbios = yes
	server min protocol = SMB2
	map to guest = Bad User
	guest account = nobody
	load printers = no
	disable spoolss = yes
	logging = file
	log level = 0
	log file = $state/samba/log
	private dir = $state/samba
	state directory = $state/samba
	cache directory = $state/samba
	lock directory = $state/samba
	pid directory = $state/samba
	ncalrpc dir = $state/samba/ncalrpc
	include = $state/smb-shares.conf
EOF
	written "$state/smb.conf"
}

# windows_server: starts smbd for them, where it is installed, or says what to do.
windows_server() {
	[ -s "$work/windows" ] || return 0
	case " $running" in
	*' smbd:'*)
		child_signal smbd HUP
		return ;;
	esac
	if ss -H -l -t -n 'sport = :445' 2>/dev/null | grep -q .; then
		say "port 445 is taken: add to the smb.conf of the server there: include = $state/smb-shares.conf"
	elif windows_smbd=$(command -v smbd); then
		mkdir -p "$state/samba"
		child_start smbd "$windows_smbd" --foreground --no-process-group --debug-stdout -s "$state/smb.conf"
	else
		say "Windows' setup wants its image as a Windows share, and no server for that is installed: apt-get install samba, or add $state/smb-shares.conf to one elsewhere"
	fi
}
