using System.Diagnostics.CodeAnalysis;

namespace BuildSharp.Oci;

/// <summary>An image name: <c>[domain/]path[:tag][@digest]</c> (distribution's reference grammar).</summary>
/// <remarks>Three ways to read one: <see cref="Parse"/> adds nothing, <see cref="ParseNormalized"/> completes it the way registries are
/// addressed, <see cref="ParseLocal"/> the way an image made here is named.</remarks>
public sealed record Reference
{
    private const string DockerHub = "docker.io";
    private const string LatestTag = "latest";

    /// <summary>Registry host with optional port, or <c>localhost</c> for images made here; empty for a short name.</summary>
    public required string Domain { get; init; }

    /// <summary>The repository within the domain: lower-case components separated by slashes.</summary>
    public required string Path { get; init; }

    /// <summary>The tag, if one was given.</summary>
    public string? Tag { get; init; }

    /// <summary>The manifest's digest, if one was given; it wins over the tag.</summary>
    public Digest? Digest { get; init; }

    /// <summary>Domain and path: the name without tag and digest.</summary>
    public string Name => Domain.Length == 0 ? Path : $"{Domain}/{Path}";

    /// <summary>Whether there is no domain, so that where to look is still open.</summary>
    public bool IsShort => Domain.Length == 0;

    /// <summary>Reads a name as it stands; a short name keeps its empty domain.</summary>
    /// <exception cref="BuildSharpException">The text breaks the grammar; the message says which rule.</exception>
    public static Reference Parse(string text) =>
        ReferenceGrammar.Parse(text, out var problem) ?? throw new BuildSharpException($"invalid reference \"{text}\": {problem}");

    /// <summary>Reads what <see cref="Parse"/> reads, without throwing.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out Reference? reference) =>
        (reference = ReferenceGrammar.Parse(text, out _)) is not null;

    /// <summary>The rule that a text breaks, or null when <see cref="Parse"/> reads it.</summary>
    public static string? ProblemOf(string text) => ReferenceGrammar.Parse(text, out var problem) is null ? problem : null;

    /// <summary>Reads a name and completes it as Docker does: without domain it is on <c>docker.io</c>, and a single component there is
    /// under <c>library/</c>. No tag is added.</summary>
    /// <exception cref="BuildSharpException">As <see cref="Parse"/>.</exception>
    public static Reference ParseNormalized(string text) => Parse(text).InDomain(DockerHub);

    /// <summary>Reads the name of an image made here: without domain it is <c>localhost/…</c>, and without tag and digest it is
    /// <c>:latest</c>.</summary>
    /// <exception cref="BuildSharpException">As <see cref="Parse"/>.</exception>
    public static Reference ParseLocal(string text) => Parse(text).InDomain("localhost").WithDefaultTag();

    /// <summary>The same name with the tag <c>latest</c> unless it has a tag or a digest.</summary>
    public Reference WithDefaultTag() => Tag is null && Digest is null ? this with { Tag = LatestTag } : this;

    /// <summary>The form that <see cref="Parse"/> reads.</summary>
    public override string ToString() =>
        Name + (Tag is null ? "" : ":" + Tag) + (Digest is { } digest ? "@" + digest : "");

    /// <summary>The same name with <paramref name="defaultDomain"/> if it has none, and docker.io's two special rules applied.</summary>
    public Reference InDomain(string defaultDomain)
    {
        var domain = Domain switch { "" => defaultDomain, "index.docker.io" => DockerHub, var given => given };
        var path = domain == DockerHub && !Path.Contains('/') ? "library/" + Path : Path;
        return this with { Domain = domain, Path = path };
    }
}
