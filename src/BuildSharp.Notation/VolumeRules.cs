using Pidgin;

namespace BuildSharp.Notation;

/// <summary>The rules of <c>-v</c> (buildah-run(1)).</summary>
internal static class VolumeRules
{
    public static MountOptions Read(string text)
    {
        if (MountGrammar.Volume.Before(Parser<char>.End).Parse(text) is not { Success: true, Value: { Count: 2 or 3 } parts })
        {
            throw new FormatException($"incorrect volume format \"{text}\": expected HOST:CONTAINER[:OPTIONS]");
        }

        if (!parts[0].StartsWith('/'))
        {
            throw new FormatException($"invalid volume \"{text}\": the host's path must be absolute");
        }

        var mount = new MountOptions { Source = parts[0], Target = parts[1] };
        bool hasAccess = false, hasPropagation = false;
        foreach (var option in parts.Count == 3 ? parts[2].Split(',', StringSplitOptions.RemoveEmptyEntries) : [])
        {
            switch (option)
            {
                case "O":
                    mount = mount with { DiscardsWrites = true };
                    break;
                case "U":
                    mount = mount with { GivesToUser = true };
                    break;
                case "z" or "Z":
                    break; // SELinux relabelling; there are no labels without SELinux
                case var _ when option.StartsWith("upperdir=", StringComparison.Ordinal):
                    mount = mount with { UpperDirectory = Directory(option, text) };
                    break;
                case var _ when option.StartsWith("workdir=", StringComparison.Ordinal):
                    mount = mount with { WorkDirectory = Directory(option, text) };
                    break;
                case "ro" or "rw":
                    hasAccess = Once(hasAccess, text, "ro and rw");
                    mount = mount with { ReadOnly = option == "ro" };
                    break;
                case var _ when MountRules.Propagations.Contains(option):
                    hasPropagation = Once(hasPropagation, text, "kinds of propagation");
                    mount = mount with { Options = [.. mount.Options, option] };
                    break;
                case var _ when MountRules.FileSystemFlags.Contains(option):
                    mount = mount with { Options = [.. mount.Options, option] };
                    break;
                default:
                    throw new FormatException($"invalid mount option \"{option}\" in volume \"{text}\"");
            }
        }

        if ((mount.UpperDirectory is null) != (mount.WorkDirectory is null) || (mount.UpperDirectory is not null && !mount.DiscardsWrites))
        {
            throw new FormatException($"invalid volume \"{text}\": upperdir and workdir are given together, and with O");
        }

        return mount;
    }

    private static string Directory(string option, string text) => option[(option.IndexOf('=') + 1)..] is ['/', ..] path
        ? path
        : throw new FormatException($"invalid volume \"{text}\": {option.Split('=')[0]} must be an absolute path");

    private static bool Once(bool seen, string text, string what) =>
        seen ? throw new FormatException($"invalid volume \"{text}\": more than one of {what}") : true;
}
