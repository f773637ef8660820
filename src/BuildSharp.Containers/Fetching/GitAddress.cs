using System.Net;
using System.Text.RegularExpressions;
using BuildSharp.Oci;

namespace BuildSharp.Containers.Fetching;

/// <summary>A git repository and what of it, as build contexts and ADD name it (Dockerfile reference, "ADD"; docker build reference, "Git
/// repositories"): <c>https://host/path.git</c>, <c>git://</c>, <c>ssh://</c>, <c>file://</c> or <c>user@host:path</c>, then
/// <c>#ref:directory</c>, or <c>?ref=…&amp;subdir=…</c> with the further keys that BuildKit has.</summary>
/// <remarks>Credentials of an http or https address are kept apart from it, so that neither a command line nor a message shows them.</remarks>
public sealed partial record GitAddress
{
    private GitAddress(string repository) => Repository = repository;

    /// <summary>The repository as git takes it, without the credentials of an http or https address.</summary>
    public string Repository { get; private init; }

    /// <summary>Credentials of an http or https address; null when it has none.</summary>
    public NetworkCredential? Credentials { get; private init; }

    /// <summary>Whether the repository is one of this machine.</summary>
    public bool IsLocal => Repository.StartsWith("file://", StringComparison.OrdinalIgnoreCase);

    /// <summary>Branch, tag or commit; null takes what the repository's HEAD is.</summary>
    public string? Reference { get; private init; }

    /// <summary>The directory below the repository's top; empty for all of it.</summary>
    public string Directory { get; private init; } = "";

    /// <summary>What the commit's id has to begin with; null takes any.</summary>
    public string? Checksum { get; private init; }

    /// <summary>Whether <c>.git</c> stays; null when the address does not say.</summary>
    public bool? KeepGitDirectory { get; init; }

    /// <summary>Whether the repositories that this one has in it are fetched too.</summary>
    public bool Submodules { get; private init; } = true;

    /// <summary>The repository for messages: without credentials.</summary>
    public override string ToString() => AddressCredentials.Masked(Repository);

    /// <summary>Reads an address if the text is one; other text may be a path or a file's address.</summary>
    /// <param name="text">The text.</param>
    /// <param name="github">Whether <c>github.com/user/repository</c> is one, too; as a source of ADD it is a path.</param>
    /// <returns>Null when the text is no address of a repository.</returns>
    /// <exception cref="BuildSharpException">It is one, with a reference or a key that cannot be.</exception>
    public static GitAddress? TryParse(string text, bool github = false)
    {
        // Scripts copy dozens of files; a path is told from an address without the patterns below.
        if (!text.Contains("://", StringComparison.Ordinal) && !text.Contains('@') && !github)
        {
            return null;
        }

        var hash = text.IndexOf('#');
        var place = hash < 0 ? text : text[..hash];
        var query = "";
        if (IsWeb(place) && place.IndexOf('?') is var mark and >= 0)
        {
            query = place[(mark + 1)..];
            place = place[..mark];
        }

        if (github && place.StartsWith("github.com/", StringComparison.Ordinal))
        {
            place = $"https://{place.TrimEnd('/')}{(place.EndsWith(".git", StringComparison.Ordinal) ? "" : ".git")}";
        }

        if (!IsRepository(place))
        {
            return null;
        }

        var address = Of(place, text);
        if (hash >= 0)
        {
            var parts = text[(hash + 1)..].Split(':', 2);
            address = address.With("ref", parts[0], text).With("subdir", parts.ElementAtOrDefault(1) ?? "", text);
        }

        foreach (var pair in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = pair.Split('=', 2);
            address = address.With(Uri.UnescapeDataString(parts[0]), Uri.UnescapeDataString(parts.ElementAtOrDefault(1) ?? ""), text);
        }

        return address.Checked(text);
    }

    /// <summary>The same, of which the commit's id has to begin with <paramref name="checksum"/>.</summary>
    /// <exception cref="BuildSharpException">No id begins so.</exception>
    public GitAddress WithChecksum(string checksum) => (this with { Checksum = checksum }).Checked(ToString());

    private static GitAddress Of(string place, string text)
    {
        var authority = place.IndexOf("://", StringComparison.Ordinal) is var colon and >= 0 ? colon + "://".Length : -1;
        var path = authority < 0 ? -1 : place.IndexOf('/', authority);
        var at = authority < 0 ? -1 : place.LastIndexOf('@', path < 0 ? place.Length - 1 : path);
        if (at < authority || authority < 0)
        {
            return new GitAddress(place);
        }

        var parts = place[authority..at].Split(':', 2);
        if (IsWeb(place))
        {
            return new GitAddress(place[..authority] + place[(at + 1)..])
            {
                Credentials = new NetworkCredential(Uri.UnescapeDataString(parts[0]), Uri.UnescapeDataString(parts.ElementAtOrDefault(1) ?? "")),
            };
        }

        return parts.Length == 1
            ? new GitAddress(place)
            : throw Wrong(text, "only http and https addresses take a password; ssh takes a key from its agent or configuration");
    }

    // The text may hold credentials, in whatever part of it.
    private static BuildSharpException Wrong(string text, string problem) => new($"{AddressCredentials.Masked(text)}: {problem}");

    private GitAddress With(string key, string value, string text) => key switch
    {
        "ref" => this with { Reference = value.Length > 0 ? value : Reference },
        "branch" => this with { Reference = "refs/heads/" + value },
        "tag" => this with { Reference = "refs/tags/" + value },
        "subdir" => this with { Directory = value.Trim('/') },
        "checksum" or "commit" => this with { Checksum = value },
        "keep-git-dir" => this with { KeepGitDirectory = Switch(key, value, text) },
        "submodules" => this with { Submodules = Switch(key, value, text) },
        _ => throw Wrong(text, $"unexpected query \"{key}\": known are ref, branch, tag, subdir, checksum, keep-git-dir and submodules"),
    };

    private static bool Switch(string key, string value, string text) => value switch
    {
        "" or "1" or "true" => true,
        "0" or "false" => false,
        _ => throw Wrong(text, $"{key} is true or false, not \"{value}\""),
    };

    // What begins with a dash would be a flag of git's; the rest is what no reference may have (git-check-ref-format), and what would
    // make one a mapping of several.
    private GitAddress Checked(string text)
    {
        if (Reference is { } reference && (reference.StartsWith('-') || reference.StartsWith('+') || BadReference().IsMatch(reference)))
        {
            throw Wrong(text, $"\"{reference}\" cannot be a branch, a tag or a commit");
        }

        if (DashedHost().IsMatch(Repository))
        {
            throw Wrong(text, "the name of the host begins with a dash");
        }

        return Checksum is not { } checksum || Hexadecimal().IsMatch(checksum)
            ? this
            : throw Wrong(text, $"\"{checksum}\" is not the id of a commit: expected at least seven hexadecimal digits");
    }

    private static bool IsWeb(string text) =>
        text.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || text.StartsWith("https://", StringComparison.OrdinalIgnoreCase);

    private static bool IsRepository(string text) =>
        (IsWeb(text) && text.EndsWith(".git", StringComparison.Ordinal))
        || new[] { "git://", "ssh://", "file://" }.Any(scheme => text.StartsWith(scheme, StringComparison.OrdinalIgnoreCase) && text.Length > scheme.Length)
        || UserAtHost().IsMatch(text);

    [GeneratedRegex(@"^[A-Za-z0-9_][A-Za-z0-9_.-]*@[^:/\s]+:[^\s]+$")]
    private static partial Regex UserAtHost();

    [GeneratedRegex(@"[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{|^$")]
    private static partial Regex BadReference();

    [GeneratedRegex(@"^([a-z]+://([^/]*@)?|[^/:]*@)-", RegexOptions.IgnoreCase)]
    private static partial Regex DashedHost();

    [GeneratedRegex("^[0-9a-fA-F]{7,64}$")]
    private static partial Regex Hexadecimal();
}
