using System.Text;
using BuildSharp.Oci;

namespace BuildSharp.Running.Preparing;

/// <summary>The variables that mounts add to the environment of a command.</summary>
/// <param name="All">As <c>NAME=value</c>.</param>
/// <param name="HasSecrets">Whether a value is a secret.</param>
internal sealed record MountVariables(IReadOnlyList<string> All, bool HasSecrets)
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Collects the variables of secrets, and SSH_AUTH_SOCK for the first agent.</summary>
    /// <exception cref="BuildSharpException">A secret cannot be read, or cannot be the value of a variable.</exception>
    public static MountVariables Of(IReadOnlyList<RunMount> mounts)
    {
        List<string> secrets = [.. mounts.OfType<SecretMount>().Where(mount => mount.Env is not null).Select(mount => $"{mount.Env}={ValueOf(mount)}")];
        var agent = mounts.OfType<AgentMount>().Take(1).Select(mount => "SSH_AUTH_SOCK=" + mount.Destination);
        return new MountVariables([.. agent, .. secrets], secrets.Count > 0);
    }

    private static string ValueOf(SecretMount mount)
    {
        var value = "";
        mount.Secret.Use(mount.Id, content => value = Read(mount, content));
        return value;
    }

    private static string Read(SecretMount mount, ReadOnlySpan<byte> content)
    {
        try
        {
            return content.Contains((byte)0)
                ? throw new BuildSharpException($"secret {mount.Id}: it has a zero byte, which the variable {mount.Env} cannot have; mount it as a file")
                : Strict.GetString(content);
        }
        catch (DecoderFallbackException error)
        {
            throw new BuildSharpException($"secret {mount.Id}: it is not UTF-8, which the variable {mount.Env} must be; mount it as a file", error);
        }
    }
}
