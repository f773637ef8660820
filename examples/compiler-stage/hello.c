#include <stdio.h>

int main(void)
{
    puts("hello, " GREETING);
    return 0;
}
