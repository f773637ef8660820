namespace BuildSharp.Containers.Adding.Digests;

/// <summary>What the content digest covers of one file, directory or link.</summary>
/// <param name="Path">Its path in the source; <c>archive!path</c> in an archive.</param>
/// <param name="Type">Its type, as in <see cref="BuildSharp.Oci.Layers.TarEntryType"/>.</param>
/// <param name="Mode">Permission bits, in octal.</param>
/// <param name="Owner"><c>uid:gid</c>.</param>
/// <param name="Content">Digest of a regular file's content; target of a link; empty for other types.</param>
/// <param name="Attributes">Digest of the extended attributes; empty without any.</param>
public sealed record FileFacts(string Path, string Type, string Mode, string Owner, string Content, string Attributes);

/// <summary>Takes down the files that a content digest is made of, so that a later build can say which of them changed. Used by one
/// task.</summary>
public sealed class FileRecorder
{
    /// <summary>Most files that are taken down. Beyond them the list is dropped, so that memory does not depend on the context.</summary>
    public const int Most = 50_000;

    private readonly List<FileFacts> _files = [];

    /// <summary>The files; empty when there were more than <see cref="Most"/>.</summary>
    public IReadOnlyList<FileFacts> Files => _files.Count > Most ? [] : _files;

    internal void Add(FileFacts file)
    {
        if (_files.Count <= Most)
        {
            _files.Add(file);
        }
    }
}
