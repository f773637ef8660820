using BuildSharp.Oci;

namespace BuildSharp.Storage.Diffs;

/// <summary>An overlay's upper directory does not hold all changes, because it was mounted with <c>redirect_dir</c> or <c>metacopy</c> and
/// some are in lower layers. The changes can only be found by comparing the mounted trees.</summary>
internal sealed class PartialUpperException(string tree, byte[] path) : BuildSharpException(
    $"{Path.Combine(tree, System.Text.Encoding.UTF8.GetString(path))} was mounted with redirect_dir or metacopy and has its content in a layer below; commit the container to get the whole");
