namespace BuildSharp.Oci.Reporting;

/// <summary>Counts the bytes of streams.</summary>
public static class ProgressStreams
{
    /// <summary>The stream, with its bytes counted as progress of the item; the stream itself when there is no item.</summary>
    /// <param name="item">The item; null when nothing is reported.</param>
    /// <param name="stream">The stream; disposed with the result unless <paramref name="leaveOpen"/>.</param>
    /// <param name="leaveOpen">Whether the stream stays open.</param>
    public static Stream Count(this ProgressItem? item, Stream stream, bool leaveOpen = false) =>
        item is null ? stream : new CountedStream(stream, item, leaveOpen);
}
