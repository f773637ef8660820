namespace BuildSharp.Linux;

/// <summary>Standard input, output and error: descriptors 0, 1 and 2.</summary>
public static unsafe class StandardDescriptors
{
    private const int Last = 2;

    /// <summary>Occupies those that the caller left closed. Otherwise the next file that is opened gets the number, and what is meant for
    /// the user is written into it. Reading and writing an occupied one fails with EBADF, as on a closed one.</summary>
    public static void OccupyClosed()
    {
        fixed (byte* root = "/\0"u8)
        {
            int descriptor;
            do
            {
                descriptor = Libc.OpenAt(AT_FDCWD, root, OpenFlags.Path, 0);
            }
            while (descriptor is >= 0 and <= Last);

            if (descriptor > Last)
            {
                close(descriptor);
            }
        }
    }
}
