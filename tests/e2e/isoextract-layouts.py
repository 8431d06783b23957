"""Makes the trees of isoextract-layouts.txt below a directory: NAME/ and NAME.want, the
records that each is to have; prints NAME, tab, VOLUME."""
import os
import shutil
import sys

table, parts, out = sys.argv[1:]
top = want = None
for line in open(table):
    word, _, rest = line.rstrip("\n").partition(" ")
    if word in ("#", ""):
        continue
    if word == ":":
        name, _, volume = rest.partition(" | ")
        top = os.path.join(out, name)
        os.mkdir(top)
        want = open(top + ".want", "w")
        print(name, volume, sep="\t")
    elif word == ">":
        print(rest, file=want, flush=True)
    else:
        text = None
        if word == "=":
            rest, _, text = rest.partition(" | ")
        for path in [rest] if text is not None else rest.split():
            path = os.path.join(top, path)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            if text is None and os.path.exists(os.path.join(parts, word)):
                shutil.copy(os.path.join(parts, word), path)
            else:
                with open(path, "w") as f:
                    f.write((text or word).replace("\\n", "\n") + "\n")
