using BuildSharp.Oci;

namespace BuildSharp.Running;

/// <summary>The container's /etc/passwd or /etc/group does not have the owner.</summary>
/// <param name="message">The name and the file.</param>
public sealed class UnknownAccountException(string message) : BuildSharpException(message);
