using BuildSharp.Cli.Flags;
using BuildSharp.Oci;
using BuildSharp.Registry.Credentials;

namespace BuildSharp.Cli.Commands.Registries;

/// <summary>Flags that select the file with credentials that <c>login</c> and <c>logout</c> change (buildah-login(1)).</summary>
internal static class LoginFlags
{
    /// <summary>The flags.</summary>
    public static IReadOnlyList<FlagDefinition> Files { get; } =
    [
        Flag.Text("authfile", "file with registry credentials", variable: "REGISTRY_AUTH_FILE", value: "file"),
        Flag.Text("compat-auth-file", "file with registry credentials in Docker's form", value: "file"),
    ];

    /// <summary>The files that they select.</summary>
    /// <exception cref="BuildSharpException">Both are given.</exception>
    public static AuthFileLocations AuthFiles(Invocation call)
    {
        if (call.Flags.IsSet("authfile") && call.Flags.IsSet("compat-auth-file"))
        {
            throw new BuildSharpException(
                "options for paths to the credential file and to the Docker-compatible credential file can not be set simultaneously");
        }

        return RegistryConfiguration.PathOf(call, "compat-auth-file") is { } file ? AuthFileLocations.ForDocker(file) : RegistryConfiguration.AuthFiles(call);
    }
}
