using BuildSharp.Oci;

namespace BuildSharp.Containers.Configuring;

/// <summary>A value of a list flag of <c>config</c>: <c>-</c> clears, <c>K=V</c> sets, <c>K-</c> removes, <c>K</c> adds. The equals sign is
/// looked for first, so that a value may end in a dash.</summary>
/// <param name="Kind">The operation.</param>
/// <param name="Key">The key; empty for <see cref="FlagEditKind.Clear"/>.</param>
/// <param name="Value">Text after the first equals sign; null without one.</param>
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

/// <summary>Operation of a <see cref="FlagEdit"/>.</summary>
internal enum FlagEditKind
{
    /// <summary>Set or add the key.</summary>
    Set,

    /// <summary>Remove the key.</summary>
    Remove,

    /// <summary>Remove everything.</summary>
    Clear,
}
