using BuildSharp.Containers.Adding.Digests;

namespace BuildSharp.Build.Explaining;

/// <summary>Compares a step with that of the build before.</summary>
internal static class StepComparison
{
    /// <summary>What is different; empty when nothing is.</summary>
    /// <param name="before">The step of the build before.</param>
    /// <param name="now">The step.</param>
    public static IReadOnlyList<Difference> Of(StepInputs before, StepInputs now) =>
    [
        .. before.Text == now.Text ? Array.Empty<Difference>() : [new Difference(DifferenceKind.Instruction, "", before.Text, now.Text)],
        .. Pairs(DifferenceKind.Argument, before.Arguments, now.Arguments),
        .. Pairs(DifferenceKind.Flag, before.Settings, now.Settings),
        .. Files(before.Files, now.Files),
    ];

    private static IEnumerable<Difference> Pairs(DifferenceKind kind, IReadOnlyDictionary<string, string> before, IReadOnlyDictionary<string, string> now) =>
        from name in before.Keys.Union(now.Keys).Order(StringComparer.Ordinal)
        let difference = new Difference(kind, name, before.GetValueOrDefault(name), now.GetValueOrDefault(name))
        where difference.Before != difference.Now
        select difference;

    private static IEnumerable<Difference> Files(IReadOnlyList<FileFacts> before, IReadOnlyList<FileFacts> now)
    {
        // A list that was too long is not kept, so nothing can be said.
        if (before.Count == 0 || now.Count == 0)
        {
            yield break;
        }

        var old = before.GroupBy(file => file.Path).ToDictionary(files => files.Key, files => files.First());
        foreach (var file in now)
        {
            if (!old.Remove(file.Path, out var other))
            {
                yield return new Difference(DifferenceKind.File, file.Path, null, Shown(file));
            }
            else if ((other.Type, other.Content) != (file.Type, file.Content))
            {
                yield return new Difference(DifferenceKind.File, file.Path, Shown(other), Shown(file));
            }
            else if (other.Mode != file.Mode)
            {
                yield return new Difference(DifferenceKind.FileMode, file.Path, other.Mode, file.Mode);
            }
            else if (other.Owner != file.Owner)
            {
                yield return new Difference(DifferenceKind.FileOwner, file.Path, other.Owner, file.Owner);
            }
            else if (other.Attributes != file.Attributes)
            {
                yield return new Difference(DifferenceKind.FileAttributes, file.Path, other.Attributes, file.Attributes);
            }
        }

        foreach (var file in old.Values)
        {
            yield return new Difference(DifferenceKind.File, file.Path, Shown(file), null);
        }
    }

    private static string Shown(FileFacts file) => file.Content.Length > 0 && file.Type == "RegularFile" ? file.Content : $"{file.Type} {file.Content}".TrimEnd();
}
