using BuildSharp.Oci;

namespace BuildSharp.Build.Reproducing;

/// <summary>Two builds of the same request made different images. The exit status is 1, as that of other checks that find something.</summary>
/// <param name="differences">One line each.</param>
public sealed class NotReproducibleException(IReadOnlyList<string> differences)
    : BuildSharpException("not reproducible: two builds without cache made different images, and none is kept")
{
    /// <inheritdoc/>
    public override string Details => string.Concat(differences.Select(line => line + "\n"));

    /// <inheritdoc/>
    public override int ExitCode => 1;
}
