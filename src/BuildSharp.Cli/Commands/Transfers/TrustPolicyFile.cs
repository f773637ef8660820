using BuildSharp.Oci;
using BuildSharp.Transports.Trust;

namespace BuildSharp.Cli.Commands.Transfers;

/// <summary>The trust policy, <c>policy.json</c>, which decides which images may be pulled (containers-policy.json(5)).</summary>
internal static class TrustPolicyFile
{
    private const string ForAll = "/etc/containers/policy.json";

    /// <summary>Reads the first policy that exists: that of <c>--signature-policy</c>, the user's, the machine's.</summary>
    /// <remarks>Without a policy no image is accepted: a built-in default would accept images that a policy file, since lost, had
    /// rejected.</remarks>
    /// <exception cref="BuildSharpException">There is no policy, or it is invalid.</exception>
    public static TrustPolicy Read(Invocation call)
    {
        if (call.Flags.NonEmptyText("signature-policy") is { } given)
        {
            return TryRead(Path.GetFullPath(given, call.Surroundings.WorkingDirectory), given, call)
                ?? throw new BuildSharpException($"--signature-policy: open {given}: no such file or directory");
        }

        var own = Path.Combine(Home(call), ".config/containers/policy.json");
        return TryRead(own, own, call) ?? TryRead(ForAll, ForAll, call) ?? throw new BuildSharpException(
            $"there is no policy that says which images to trust: neither {own} nor {ForAll} is there."
            + """ To trust every image, write {"default":[{"type":"insecureAcceptAnything"}]} to one of them, or to a file named with --signature-policy""");
    }

    /// <summary>Refuses a missing or invalid <c>--signature-policy</c> when an image is pushed. The policy itself is not applied, because
    /// an image in local storage was accepted when it was pulled.</summary>
    public static void CheckGiven(Invocation call)
    {
        if (call.Flags.NonEmptyText("signature-policy") is not null)
        {
            Read(call);
        }
    }

    private static TrustPolicy? TryRead(string path, string name, Invocation call)
    {
        byte[] json;
        try
        {
            json = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BuildSharpException($"the policy that says which images to trust cannot be read: {FileErrorText.Of(e)}", e);
        }

        call.Log.Debug($"images are trusted by the policy {path}");
        return TrustPolicy.Parse(json, name);
    }

    private static string Home(Invocation call) => call.Surroundings.Environment.GetValueOrDefault("HOME") is { Length: > 0 } home
        ? home
        : Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
}
