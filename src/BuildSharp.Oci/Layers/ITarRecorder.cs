namespace BuildSharp.Oci.Layers;

/// <summary>Sees every byte of a tar while <see cref="TarReader"/> reads or <see cref="TarWriter"/> writes it, told apart into the
/// content of files and everything around it, so that the exact tar can be put together again from the files (tar-split).</summary>
public interface ITarRecorder
{
    /// <summary>Takes bytes that are not the content of a file: headers, extensions, padding, the end of the archive, and the
    /// packed form of a sparse file, which no file on disk has.</summary>
    void RecordFraming(ReadOnlySpan<byte> bytes);

    /// <summary>An entry's headers are complete; <paramref name="contentLength"/> bytes of content follow.</summary>
    void BeginEntry(TarHeader header, long contentLength);

    /// <summary>Takes the next bytes of the entry's content.</summary>
    void RecordContent(ReadOnlySpan<byte> bytes);
}
