using BuildSharp.Oci;

namespace BuildSharp.Containers.Configuring;

/// <summary>One value of a list flag of <c>config</c>, read by the rule that they share: <c>-</c> clears, <c>K=V</c> sets, <c>K-</c>
/// removes, <c>K</c> alone adds. A value that ends in a dash is safe, because the equals sign is looked for first.</summary>
/// <param name="Kind">What to do.</param>
/// <param name="Key">With what; empty for <see cref="FlagEditKind.Clear"/>.</param>
/// <param name="Value">The text after the first equals sign; null when there is none.</param>
internal readonly record struct FlagEdit(FlagEditKind Kind, string Key, string? Value)
{
    public static FlagEdit Parse(string flag, string text)
    {
        if (text == "-")
        {
            return new FlagEdit(FlagEditKind.Clear, "", null);
        }

        var equals = text.IndexOf('=');
        var key = equals < 0 ? text : text[..equals];
        if (key.Length == 0)
        {
            throw new BuildSharpException($"--{flag} \"{text}\": the part before the equals sign is empty");
        }

        if (equals >= 0)
        {
            return new FlagEdit(FlagEditKind.Set, key, text[(equals + 1)..]);
        }

        return key.EndsWith('-') ? new FlagEdit(FlagEditKind.Remove, key[..^1], null) : new FlagEdit(FlagEditKind.Set, key, null);
    }
}

/// <summary>What a <see cref="FlagEdit"/> does.</summary>
internal enum FlagEditKind
{
    /// <summary>Set or add the key.</summary>
    Set,

    /// <summary>Remove the key.</summary>
    Remove,

    /// <summary>Remove everything.</summary>
    Clear,
}
