namespace BuildSharp.Oci.Comparing;

/// <summary>One difference between two images, two layers or two configs.</summary>
/// <param name="Aspect">What differs.</param>
/// <param name="First">What it is in the first; null when the aspect says it all.</param>
/// <param name="Second">What it is in the second; null when the aspect says it all.</param>
public sealed record Difference(Aspect Aspect, string? First = null, string? Second = null)
{
    /// <summary>The difference as text; values are separated as in <c>mode 0644, then 0600</c>.</summary>
    public override string ToString() => Aspect switch
    {
        Aspect.OnlyInFirst => "only the first has it",
        Aspect.OnlyInSecond => "only the second has it",
        Aspect.TooMany => "too many files are in one of them only; the rest is not compared",
        _ when First is null => NameOf(Aspect),
        Aspect.Value => $"{First}, then {Second}",
        _ when Second is null => $"{NameOf(Aspect)} {First}",
        _ => $"{NameOf(Aspect)} {First}, then {Second}",
    };

    /// <summary>A word or two for the aspect.</summary>
    public static string NameOf(Aspect aspect) => aspect switch
    {
        Aspect.Value => "value",
        Aspect.Type => "type",
        Aspect.Content => "content",
        Aspect.LinkTarget => "link target",
        Aspect.Device => "device number",
        Aspect.Mode => "mode",
        Aspect.Owner => "owner",
        Aspect.Time => "mtime",
        Aspect.Xattr => "xattr",
        Aspect.Order => "order",
        Aspect.Form => "form",
        Aspect.TooMany => "too many",
        _ => "missing",
    };
}

/// <summary>What can differ.</summary>
public enum Aspect
{
    /// <summary>The second lacks it.</summary>
    OnlyInFirst,

    /// <summary>The first lacks it.</summary>
    OnlyInSecond,

    /// <summary>A value of a JSON document.</summary>
    Value,

    /// <summary>The type of a file, as in a directory and a link.</summary>
    Type,

    /// <summary>The bytes of a file.</summary>
    Content,

    /// <summary>Where a symbolic or hard link leads.</summary>
    LinkTarget,

    /// <summary>The numbers of a device.</summary>
    Device,

    /// <summary>The permission bits.</summary>
    Mode,

    /// <summary>User and group.</summary>
    Owner,

    /// <summary>The modification time.</summary>
    Time,

    /// <summary>An extended attribute.</summary>
    Xattr,

    /// <summary>The same things in another order.</summary>
    Order,

    /// <summary>The same things written differently, such as headers of another tar format.</summary>
    Form,

    /// <summary>So many files are in one of two layers only that the rest of them is not compared.</summary>
    TooMany,
}
