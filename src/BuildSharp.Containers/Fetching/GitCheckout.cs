using System.Globalization;
using System.Text;
using BuildSharp.Linux;
using BuildSharp.Oci;

namespace BuildSharp.Containers.Fetching;

/// <summary>The files of a commit.</summary>
/// <param name="Directory">The requested directory, links resolved.</param>
/// <param name="Commit">ID of the commit.</param>
/// <param name="CommittedAt">Time of the commit.</param>
public sealed record GitTree(string Directory, string Commit, Timestamp CommittedAt);

/// <summary>Fetches one commit with the program <c>git</c>: without history if the server supports that, without hooks and prompts, and
/// only over protocols that cannot run a program of the repository's choice.</summary>
internal sealed class GitCheckout(GitAddress address, FetchOptions options, string directory)
{
    // Variables that would redirect git to another repository or add files to ours.
    private static readonly string[] Bending =
    [
        "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_COMMON_DIR", "GIT_NAMESPACE",
        "GIT_PREFIX", "GIT_TEMPLATE_DIR", "GIT_CEILING_DIRECTORIES",
    ];

    private static readonly string[] Settings =
    [
        "core.hooksPath=/dev/null", "core.fsmonitor=false", "core.autocrlf=false", "protocol.ext.allow=never", "fetch.recurseSubmodules=false",
        "gc.auto=0", "maintenance.auto=false", "init.defaultBranch=main", "advice.detachedHead=false",
    ];

    // Credentials are passed to git's helper (gitcredentials(7)) in variables, because all users can read command lines.
    private const string UserVariable = "BUILDSHARP_GIT_USER";
    private const string PasswordVariable = "BUILDSHARP_GIT_PASSWORD";
    private const string CredentialHelper =
        $$"""!f() { test "$1" != get || printf 'username=%s\npassword=%s\n' "${{UserVariable}}" "${{PasswordVariable}}"; }; f""";

    private readonly string _top = Path.Combine(directory, "tree");

    public async Task<GitTree> RunAsync(CancellationToken cancellationToken)
    {
        await GitAsync(["init", "--quiet", "--template=", _top], cancellationToken).ConfigureAwait(false);
        await GitAsync(["-C", _top, "remote", "add", "origin", address.Repository], cancellationToken).ConfigureAwait(false);
        var commit = await FetchAsync(cancellationToken).ConfigureAwait(false);
        await CheckAsync(commit, cancellationToken).ConfigureAwait(false);
        await GitAsync(["-C", _top, "checkout", "--quiet", "--detach", commit], cancellationToken).ConfigureAwait(false);
        var seconds = await ReadAsync(["-C", _top, "log", "-1", "--format=%ct", commit], cancellationToken).ConfigureAwait(false);
        var hasSubmodules = address.Submodules && File.Exists(Path.Combine(_top, ".gitmodules"));
        if (hasSubmodules)
        {
            string[] update = ["-C", _top, "submodule", "update", "--quiet", "--init", "--recursive"];
            var shallow = await TryGitAsync([.. update, "--depth=1"], cancellationToken).ConfigureAwait(false);
            if (shallow.Status != 0)
            {
                // Some servers do not support shallow fetches.
                await GitAsync(update, cancellationToken).ConfigureAwait(false);
            }
        }

        if (address.KeepGitDirectory != true)
        {
            using var root = DirectoryHandle.Open(_top);
            RemoveGitDirectories(root, everywhere: hasSubmodules);
        }

        return new GitTree(Find(), commit, new Timestamp(long.Parse(seconds, CultureInfo.InvariantCulture)));
    }

    private async Task<string> FetchAsync(CancellationToken cancellationToken)
    {
        var reference = address.Reference ?? "HEAD";
        var shallow = await TryGitAsync(["-C", _top, "fetch", "--quiet", "--depth=1", "--no-tags", "origin", reference], cancellationToken).ConfigureAwait(false);
        if (shallow.Status == 0)
        {
            return await ReadAsync(["-C", _top, "rev-parse", "--verify", "--quiet", "FETCH_HEAD^{commit}"], cancellationToken).ConfigureAwait(false);
        }

        // The shallow fetch failed: no server accepts an abbreviated commit ID, old ones accept no commit ID, and static file servers
        // support no shallow fetch. Fetching everything works with all of them.
        var mayBeCommit = reference.Length is >= 7 and <= 64 && reference.All(char.IsAsciiHexDigit);
        if (!mayBeCommit && !shallow.Error.Contains("shallow", StringComparison.Ordinal))
        {
            throw Failed(shallow);
        }

        await GitAsync(
            ["-C", _top, "fetch", "--quiet", "origin", "+refs/heads/*:refs/remotes/origin/*", "+refs/tags/*:refs/tags/*"], cancellationToken)
            .ConfigureAwait(false);
        if (address.Reference is null)
        {
            await GitAsync(["-C", _top, "remote", "set-head", "origin", "--auto"], cancellationToken).ConfigureAwait(false);
        }

        foreach (var name in address.Reference is null ? ["origin/HEAD"] : mayBeCommit ? [reference] : new[] { reference, $"refs/tags/{reference}", $"origin/{reference}" })
        {
            var found = await TryGitAsync(["-C", _top, "rev-parse", "--verify", "--quiet", name + "^{commit}"], cancellationToken).ConfigureAwait(false);
            if (found.Status == 0)
            {
                return Encoding.UTF8.GetString(found.Output).Trim();
            }
        }

        throw new BuildSharpException($"{address}: there is no branch, tag or commit \"{reference}\"");
    }

    private async Task CheckAsync(string commit, CancellationToken cancellationToken)
    {
        if (address.Checksum is not { } checksum || commit.StartsWith(checksum, StringComparison.OrdinalIgnoreCase))
        {
            return;
        }

        // The checksum may be the ID of the annotated tag instead of the commit.
        var fetched = await TryGitAsync(["-C", _top, "rev-parse", "--verify", "--quiet", "FETCH_HEAD"], cancellationToken).ConfigureAwait(false);
        if (fetched.Status != 0 || !Encoding.UTF8.GetString(fetched.Output).StartsWith(checksum, StringComparison.OrdinalIgnoreCase))
        {
            throw new BuildSharpException(
                $"{address}: digest mismatch: \"{address.Reference ?? "HEAD"}\" is commit {commit}, want {checksum}");
        }
    }

    private string Find()
    {
        using var root = DirectoryHandle.Open(_top);
        var path = Encoding.UTF8.GetBytes(address.Directory ?? ".");
        using var found = root.TryOpenDirectory(path, followLinks: true)
            ?? throw new BuildSharpException($"{address}: there is no directory \"{address.Directory}\" in \"{address.Reference ?? "HEAD"}\"");

        // The kernel returns the path with all links resolved; they cannot leave the repository.
        return File.ResolveLinkTarget($"/proc/self/fd/{found.Descriptor}", returnFinalTarget: false)!.FullName;
    }

    private static void RemoveGitDirectories(DirectoryHandle root, bool everywhere)
    {
        using var walk = new DirectoryWalk(root);
        while (walk.MoveNext())
        {
            if (walk.Current.NameText == ".git")
            {
                walk.Directory.RemoveTree(walk.Current.Name);
            }
            else if (everywhere)
            {
                walk.TryEnter();
            }
        }
    }

    private async Task<string> ReadAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken) =>
        Encoding.UTF8.GetString((await GitAsync(arguments, cancellationToken).ConfigureAwait(false)).Output).Trim();

    private async Task<ProgramOutput> GitAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var output = await TryGitAsync(arguments, cancellationToken).ConfigureAwait(false);
        return output.Status == 0 ? output : throw Failed(output);
    }

    private Task<ProgramOutput> TryGitAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var environment = new Dictionary<string, string>(options.Environment, StringComparer.Ordinal)
        {
            ["GIT_TERMINAL_PROMPT"] = "0",
            ["LC_ALL"] = "C",
            // A redirect or a submodule must not lead to a repository on this machine.
            ["GIT_ALLOW_PROTOCOL"] = address.IsLocal && !arguments.Contains("submodule") ? "file:git:http:https:ssh" : "git:http:https:ssh",
        };
        var settings = new List<string>(options.TlsVerify ? Settings : [.. Settings, "http.sslVerify=false"]);
        if (address.Credentials is { } credentials)
        {
            environment[UserVariable] = credentials.UserName;
            environment[PasswordVariable] = credentials.Password;
            settings.Add($"credential.{new Uri(address.Repository).GetLeftPart(UriPartial.Authority)}.helper={CredentialHelper}");
        }

        foreach (var name in Bending)
        {
            environment.Remove(name);
        }

        environment.TryAdd("GIT_SSH_COMMAND", "ssh -oBatchMode=yes");
        return ProgramOutput.OfAsync(
            "git", [.. settings.SelectMany(setting => new[] { "-c", setting }), .. arguments], default, environment, directory, options.Debug,
            cancellationToken);
    }

    // The last line has the error; the lines before it describe the attempts.
    private BuildSharpException Failed(ProgramOutput output)
    {
        var lines = output.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var line = lines.FirstOrDefault(line => line.StartsWith("fatal: ", StringComparison.Ordinal)) ?? lines.LastOrDefault();
        return new BuildSharpException($"{address}: git: {line ?? $"exit status {output.Status}"}");
    }
}
