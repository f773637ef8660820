#!/bin/sh
# Prints one slide of the deck: deck [NUMBER]
exec /bin/busybox cat "${SLIDES:-/usr/local/share/deck}/${1:-1}.txt"
