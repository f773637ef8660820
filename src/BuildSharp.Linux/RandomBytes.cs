namespace BuildSharp.Linux;

/// <summary>Random bytes from the kernel (getrandom(2)). <see cref="System.Security.Cryptography.RandomNumberGenerator"/> is equivalent but
/// loads OpenSSL first, which takes longer than most verbs.</summary>
public static unsafe class RandomBytes
{
    /// <summary>Fills the span.</summary>
    public static void Fill(Span<byte> bytes)
    {
        fixed (byte* p = bytes)
        {
            for (var done = 0; done < bytes.Length;)
            {
                var got = getrandom(p + done, (nuint)(bytes.Length - done), 0);
                if (got >= 0)
                {
                    done += (int)got;
                }
                else if (LastError != Errno.EINTR)
                {
                    throw LinuxException.Last("getrandom");
                }
            }
        }
    }

    /// <summary>Random lower-case hexadecimal digits.</summary>
    /// <param name="digits">Number of digits; even.</param>
    public static string Hex(int digits)
    {
        Span<byte> bytes = stackalloc byte[digits / 2];
        Fill(bytes);
        return Convert.ToHexStringLower(bytes);
    }
}
