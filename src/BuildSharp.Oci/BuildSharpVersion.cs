namespace BuildSharp.Oci;

/// <summary>The version of this program, as labels, User-Agent headers and the verbs <c>version</c> and <c>info</c> tell it.</summary>
public static class BuildSharpVersion
{
    /// <summary>The number; a test keeps it equal to the assemblies'.</summary>
    public const string Number = "0.1.0";
}
