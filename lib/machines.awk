# The table of lib/machines.facts as rows of C.
BEGIN { columns = split("name record efi grub ipxe uname debian uefi also", column) }
$1 == "machine" {
	split("", fact)
	for (i = 2; i <= NF; i++) {
		at = index($i, "=")
		fact[substr($i, 1, at - 1)] = substr($i, at + 1)
	}
	row = "{"
	for (i = 1; i <= columns; i++)
		row = row " " (column[i] in fact ? "\"" fact[column[i]] "\"" : "NULL") ","
	print row, ("pe" in fact ? fact["pe"] : 0), "},"
}
