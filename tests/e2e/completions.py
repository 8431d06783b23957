"""A shell in a terminal: what a line becomes when Tab is typed at its end.
usage: completions.py bash FILE LINE      (FILE: the completions)
       completions.py zsh DIRECTORY LINE  (DIRECTORY: the functions, _TOOL each)
Prints the line, or exits 1 after a minute of silence."""
import os, pty, re, select, signal, sys

SET_UP = {
    "bash": ("bash --norc --noprofile -i",
             "bind 'set bell-style none'; bind 'set enable-bracketed-paste off'; . '{}'\n"
             "bind -x '\"\\C-x\": printf \"<<%s>>\\n\" \"$READLINE_LINE\"'; echo set' 'up\n"),
    "zsh": ("zsh -f -i",
            "unsetopt beep zle_bracketed_paste prompt_sp; fpath=('{}' $fpath); autoload -Uz compinit; compinit -D -u\n"
            "show() {{ print -r -- \"<<$BUFFER>>\" }}; zle -N show; bindkey '^X' show; echo set' 'up\n"),
}


def wait_for(terminal, pattern):
    seen = ""
    while True:
        if not select.select([terminal], [], [], 60)[0]:
            sys.exit("completions.py: silence after: " + repr(seen[-300:]))
        seen += os.read(terminal, 4096).decode(errors="replace")
        found = re.search(pattern, seen)
        if found:
            return found


shell, where, line = sys.argv[1:]
command, set_up = SET_UP[shell]
child, terminal = pty.fork()
if child == 0:
    os.environ.update(TERM="dumb", PS1="> ", COLUMNS="400")
    os.execvp(command.split()[0], command.split())
try:
    os.write(terminal, set_up.format(where).encode())
    wait_for(terminal, "set up")
    os.write(terminal, line.encode() + b"\t\x18")
    print(wait_for(terminal, "<<(.*)>>\r?\n").group(1))
finally:
    os.kill(child, signal.SIGKILL)
