# The configuration of mboot, the boot loader of ESXi, for loading over HTTP:
# FOLDER/boot-pxe.cfg out of FOLDER/boot.cfg.

# Names lose the slash that would take them from the server's top, prefix= says
# where they are instead, and what looks for a CD drive goes.
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

# False when there is no such file.
function mboot_write(folder, url,    line, lines, text, from) {
	from = folder "/boot.cfg"
	if (from ~ /\/\.\.\//) {
		menu_warn(from " may lie outside of " dir)
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
	printf "%s", text > (folder "/boot-pxe.cfg")
	close(folder "/boot-pxe.cfg")
	return 1
}
