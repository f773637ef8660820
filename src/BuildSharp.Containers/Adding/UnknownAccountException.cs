using BuildSharp.Oci;

namespace BuildSharp.Containers.Adding;

/// <summary>An owner that the container's /etc/passwd or /etc/group does not have.</summary>
/// <param name="message">What was looked up and where.</param>
public sealed class UnknownAccountException(string message) : BuildSharpException(message);
