namespace BuildSharp.Oci.Layers;

/// <summary>A decoder of one of the system's compression libraries, fed piece by piece.</summary>
internal abstract class NativeDecoder : IDisposable
{
    /// <summary>Decodes as much as fits.</summary>
    /// <param name="input">Compressed bytes not yet consumed; empty together with <paramref name="endOfInput"/> at the end.</param>
    /// <param name="output">Takes plain bytes.</param>
    /// <param name="endOfInput">Whether nothing comes after <paramref name="input"/>.</param>
    /// <param name="consumed">Bytes taken from <paramref name="input"/>.</param>
    /// <param name="written">Bytes put into <paramref name="output"/>.</param>
    /// <returns>Whether the data may end here: a frame or stream was completed and no other has begun.</returns>
    /// <exception cref="InvalidDataException">The data is damaged.</exception>
    public abstract bool Decode(ReadOnlySpan<byte> input, Span<byte> output, bool endOfInput, out int consumed, out int written);

    public abstract void Dispose();

    /// <summary>Runs the first call into a library, turning its absence into advice.</summary>
    protected static T Load<T>(string library, string package, Func<T> first)
    {
        try
        {
            return first();
        }
        catch (DllNotFoundException e)
        {
            throw new BuildSharpException($"{library} is needed for this layer and not installed; install the Debian package {package}", e);
        }
    }
}
