rem Starts Windows' setup from the share of this server that has the image's files.
wpeinit
net use Z: \\{server}\{image}
Z:\setup.exe /unattend:X:\Windows\System32\unattend.xml
