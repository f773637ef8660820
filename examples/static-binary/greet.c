#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    const char *greeting = getenv("GREETING");
    printf("%s, %s (uid %d)\n", greeting ? greeting : "hi", argc > 1 ? argv[1] : "world", (int)getuid());
    return 0;
}
