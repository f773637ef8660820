using BuildSharp.Linux.Interop;

namespace BuildSharp.Linux;

/// <summary>Standard input, output and error: descriptors 0, 1 and 2.</summary>
public static unsafe class StandardDescriptors
{
    private const int Last = 2;

    /// <summary>Opens placeholders for standard descriptors that the caller left closed. Otherwise the next opened file would get such a
    /// number, and output for the user would be written to it. Using a placeholder fails with EBADF, as for a closed descriptor.</summary>
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
