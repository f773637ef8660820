using System.Diagnostics.CodeAnalysis;

namespace BuildSharp.Oci;

/// <summary>An image name: <c>[domain/]path[:tag][@digest]</c> (distribution's reference grammar).</summary>
/// <remarks><see cref="Parse"/> adds nothing. <see cref="ParseNormalized"/> completes a name for registries; <see cref="ParseLocal"/>
/// completes the name of a locally built image.</remarks>
public sealed record Reference
{
    private const string DockerHub = "docker.io";
    private const string LatestTag = "latest";

    /// <summary>Registry host with optional port, or <c>localhost</c> for locally built images; empty for a short name.</summary>
    public required string Domain { get; init; }

    /// <summary>Repository in the domain: lower-case components separated by slashes.</summary>
    public required string Path { get; init; }

    /// <summary>The tag; null for none.</summary>
    public string? Tag { get; init; }

    /// <summary>The manifest's digest; null for none. Takes precedence over the tag.</summary>
    public Digest? Digest { get; init; }

    /// <summary>Domain and path: the name without tag and digest.</summary>
    public string Name => Domain.Length == 0 ? Path : $"{Domain}/{Path}";

    /// <summary>Whether the domain is missing, so that the registry is not determined.</summary>
    public bool IsShort => Domain.Length == 0;

    /// <summary>Parses a name without completing it.</summary>
    /// <exception cref="BuildSharpException">The text does not match the grammar; the message names the violated rule.</exception>
    public static Reference Parse(string text) =>
        ReferenceGrammar.Parse(text, out var problem) ?? throw new BuildSharpException($"invalid reference \"{text}\": {problem}");

    /// <summary>Like <see cref="Parse"/>, without throwing.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out Reference? reference) =>
        (reference = ReferenceGrammar.Parse(text, out _)) is not null;

    /// <summary>The rule that the text violates; null if it is valid.</summary>
    public static string? ProblemOf(string text) => ReferenceGrammar.Parse(text, out var problem) is null ? problem : null;

    /// <summary>Parses a name and completes it as Docker does: the default domain is <c>docker.io</c>, and a single component there is put
    /// below <c>library/</c>. No tag is added.</summary>
    /// <exception cref="BuildSharpException">As <see cref="Parse"/>.</exception>
    public static Reference ParseNormalized(string text) => Parse(text).InDomain(DockerHub);

    /// <summary>Parses the name of a locally built image: the default domain is <c>localhost</c>, and the default tag <c>latest</c> is
    /// added if there is no tag and no digest.</summary>
    /// <exception cref="BuildSharpException">As <see cref="Parse"/>.</exception>
    public static Reference ParseLocal(string text) => Parse(text).InDomain("localhost").WithDefaultTag();

    /// <summary>Adds the tag <c>latest</c> unless the name has a tag or a digest.</summary>
    public Reference WithDefaultTag() => Tag is null && Digest is null ? this with { Tag = LatestTag } : this;

    /// <summary>The form that <see cref="Parse"/> reads.</summary>
    public override string ToString() =>
        Name + (Tag is null ? "" : ":" + Tag) + (Digest is { } digest ? "@" + digest : "");

    /// <summary>Adds <paramref name="defaultDomain"/> if the domain is missing, and applies the two special rules of docker.io.</summary>
    public Reference InDomain(string defaultDomain)
    {
        var domain = Domain switch { "" => defaultDomain, "index.docker.io" => DockerHub, var given => given };
        var path = domain == DockerHub && !Path.Contains('/') ? "library/" + Path : Path;
        return this with { Domain = domain, Path = path };
    }
}
