using BuildSharp.Oci;
using BuildSharp.Transports.Trust;

namespace BuildSharp.Cli.Commands;

/// <summary>The <c>policy.json</c> that says which images may come in.</summary>
internal static class TrustPolicyFile
{
    private const string ForAll = "/etc/containers/policy.json";

    /// <summary>Reads the policy: of <c>--signature-policy</c>, else the user's, else the machine's. The first that is there counts.</summary>
    /// <remarks>Without one nothing comes in: a built-in policy would accept what a file that was lost had forbidden.</remarks>
    /// <exception cref="BuildSharpException">There is none, or it is invalid.</exception>
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

    /// <summary>Refuses a <c>--signature-policy</c> that is missing or invalid, where an image goes out: what is in local storage has come in
    /// already, and needs no policy.</summary>
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
