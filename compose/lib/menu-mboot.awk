# The configuration of mboot, ESXi's boot loader, for loading over HTTP:
# boot-pxe.cfg, made from the image's own boot.cfg.

# Names lose their slashes, which would make them start at the server's top;
# prefix= says where they are instead.  cdromBoot, which looks for a CD drive, is
# dropped.
function mboot_line(line, url,    n, i, word) {
	if (line ~ /^(kernel|modules)=/)
		gsub(/\//, "", line)
	else if (line ~ /^prefix=/)
		return ""
	else if (line ~ /^kernelopt=/) {
		n = split(substr(line, 11), word, / +/)
		line = "kernelopt="
		for (i = 1; i <= n; i++)
			if (word[i] != "cdromBoot")
				line = line (length(line) == 10 ? "" : " ") word[i]
		if (more != "")
			line = line " " more
	} else if (line ~ /^title=/)
		return line "\nprefix=" url
	return line
}

# Writes imagedir/boot-pxe.cfg; false if there is no boot.cfg to make it from.
function mboot_write(imagedir, url,    line, lines, text, from) {
	from = imagedir "/boot.cfg"
	if (from ~ /\/\.\.\//) {
		menu_warn(from " may lie outside " dir)
		return 0
	}
	while ((getline line < from) > 0) {
		sub(/\r$/, "", line)
		lines++
		line = mboot_line(line, url)
		if (line != "")
			text = text line "\n"
	}
	close(from)
	if (lines == 0) {
		menu_warn(from " is not there: extract the image first")
		return 0
	}
	if (text !~ /(^|\n)prefix=/)
		text = "prefix=" url "\n" text
	printf "%s", text > (imagedir "/boot-pxe.cfg")
	close(imagedir "/boot-pxe.cfg")
	return 1
}
