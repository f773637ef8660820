namespace BuildSharp.Oci.Layers;

/// <summary>Receives every byte of a tar while <see cref="TarReader"/> reads or <see cref="TarWriter"/> writes it, separated into file
/// content and other bytes, so that the exact tar can be rebuilt from the files (tar-split).</summary>
public interface ITarRecorder
{
    /// <summary>Receives bytes that are not file content: headers, extensions, padding, the end of the archive, and the stored form of
    /// sparse files, which exists in no file on disk.</summary>
    void RecordFraming(ReadOnlySpan<byte> bytes);

    /// <summary>Called after the headers of an entry; <paramref name="contentLength"/> bytes of content follow.</summary>
    void BeginEntry(TarHeader header, long contentLength);

    /// <summary>Receives the next bytes of the entry's content.</summary>
    void RecordContent(ReadOnlySpan<byte> bytes);
}
