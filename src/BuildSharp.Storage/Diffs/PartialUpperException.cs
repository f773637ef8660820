using BuildSharp.Oci;

namespace BuildSharp.Storage.Diffs;

/// <summary>An overlay's upper directory does not hold the whole change: it was mounted with <c>redirect_dir</c> or <c>metacopy</c>, and
/// part of it lies in the layers below. Only comparing the mounted trees tells what changed.</summary>
internal sealed class PartialUpperException(string tree, byte[] path) : BuildSharpException(
    $"{Path.Combine(tree, System.Text.Encoding.UTF8.GetString(path))} was mounted with redirect_dir or metacopy and has its content in a layer below; commit the container to get the whole");
