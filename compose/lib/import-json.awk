# JSON with the comments and includes that Kea allows, for pxe-import.
#
# Read into paths: J["/Dhcp4/subnet4/1/id"] is a value, J_type its type (object,
# array, string, number, word), J_n the number of elements or keys of a thing, J_key its keys,
# J_at where it stands.

# The words of a file, as in Tok and Tok_at; strings begin with a ".
function json_words(file,    line, n, rc, inside, at) {
	if (!include_enter(file))
		return 0
	inside = 0
	while ((rc = (getline line < file)) > 0) {
		at = file ":" ++n
		inside = json_line(line, at, inside)
	}
	close(file)
	Depth--
	return rc
}

# One line; inside: of a comment that began above.
function json_line(line, at, inside,    c, e) {
	while (line != "") {
		if (inside) {
			e = index(line, "*/")
			if (!e)
				return 1
			line = substr(line, e + 2)
			inside = 0
			continue
		}
		c = substr(line, 1, 1)
		if (c ~ /[ \t\r]/)
			line = substr(line, 2)
		else if (c == "#" || substr(line, 1, 2) == "//") {
			sub(/^(#|\/\/)[ \t]*/, "", line)
			json_comment(line, at)
			return 0
		} else if (substr(line, 1, 2) == "/*") {
			line = substr(line, 3)
			inside = 1
		} else if (substr(line, 1, 2) == "<?")
			line = json_include(line, at)
		else if (c == "\"")
			line = json_string(line, at)
		else {
			e = match(line, /^[A-Za-z0-9_.+-]+/) ? RLENGTH : 1
			Toks++
			Tok[Toks] = substr(line, 1, e)
			Tok_at[Toks] = at
			line = substr(line, e + 1)
		}
	}
	return inside
}

# A comment goes with what follows it, or with the line that it ends.
function json_comment(text, at) {
	if (text == "" || text ~ /[]{}[,]$/)
		return
	if (Toks && Tok_at[Toks] == at)
		Comment[at] = "# " text
	else {
		Json_pending = Json_pending (Json_pending == "" ? "" : "\n") "# " text
		Json_pending_at = Toks + 1
	}
}

function json_include(line, at,    e, path) {
	e = index(line, "?>")
	if (!e)
		return ""
	path = substr(line, 1, e - 1)
	sub(/^<\?include[ \t]*"/, "", path)
	sub(/"[ \t]*$/, "", path)
	if (json_words(path) < 0)
		note("rest", at, "include \"" path "\", which cannot be read")
	return substr(line, e + 2)
}

function json_string(line, at) {
	Toks++
	Tok[Toks] = "\"" string_text(line, "u")
	Tok_at[Toks] = at
	if (Json_pending != "" && Json_pending_at == Toks || Json_pending_at == Toks - 1) {
		if (Json_pending != "" && length(Json_pending) < 600)
			Comment[at] = Json_pending
		Json_pending = ""
	}
	return String_rest
}

# The value at P, as the path; false when it is not JSON.
function json_value(path,    w, n, key) {
	if (P > Toks)
		return json_wrong("the file ends in the middle")
	w = Tok[P]
	J_at[path] = Tok_at[P]
	J_order[++Js] = path
	if (w == "{" || w == "[") {
		J_type[path] = w == "{" ? "object" : "array"
		J_n[path] = 0
		P++
		while (P <= Toks && Tok[P] != "}" && Tok[P] != "]") {
			n = ++J_n[path]
			key = n
			if (w == "{") {
				if (Tok[P] !~ /^"/ || Tok[P + 1] != ":")
					return json_wrong("a name and a : are missing before " Tok[P])
				key = substr(Tok[P], 2)
				J_key[path, n] = key
				P += 2
			}
			if (!json_value(path "/" key))
				return 0
			if (Tok[P] == ",")
				P++
			else if (Tok[P] != "}" && Tok[P] != "]")
				return json_wrong("a comma is missing before " Tok[P])
		}
		if (Tok[P] != (w == "{" ? "}" : "]"))
			return json_wrong("a " (w == "{" ? "}" : "]") " is missing")
		P++
		return 1
	}
	if (w ~ /^[]}:,]$/)
		return json_wrong("a value is missing before " w)
	J_type[path] = w ~ /^"/ ? "string" : w ~ /^-?[0-9]/ ? "number" : "word"
	J[path] = w ~ /^"/ ? substr(w, 2) : w
	P++
	return 1
}

function json_wrong(why) {
	if (Fatal == "")
		Fatal = (P <= Toks ? Tok_at[P] : File) ": " why
	return 0
}
