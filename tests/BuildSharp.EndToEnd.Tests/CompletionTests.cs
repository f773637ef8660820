using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests;

/// <summary>Completion in the real shells, on a store with an image and a working container.</summary>
public sealed class CompletionTests
{
    [RequiresTheory(Needs.Root | Needs.Overlay | Needs.Binary, "bash", "zsh", "fish")]
    [InlineData("bash")]
    [InlineData("zsh")]
    [InlineData("fish")]
    public async Task Names_flags_and_values_are_completed(string shell)
    {
        using var sandbox = new Sandbox();
        await sandbox.BuildSharp.RunAsync("from", "--name", "worker-1", "scratch");
        await sandbox.BuildSharp.RunAsync("commit", "-q", "worker-1", "registry.test/team/app:v1");
        var globals = string.Join(' ', sandbox.BuildSharp.LeadingArguments);
        await sandbox.Named("sh").RunAsync("-ec", $"mkdir bin; ln -s {sandbox.BuildSharp.Program} bin/buildsharp; bin/buildsharp completion {shell} > script");

        Assert.Equal("rename rm rmi run", await Complete("r"));
        Assert.Equal("worker-1", await Complete("rm w"));
        Assert.Equal("worker-1", await Complete("run --isolation oci "));
        Assert.Equal("", await Complete("run worker-1 w"));
        Assert.Equal("chroot oci rootless", await Complete("run --isolation "));
        Assert.Contains("registry.test/team/app:v1", await Complete("rmi reg"));
        Assert.Equal("oci-archive:", await Complete("push registry.test/team/app:v1 oci-"));
        Assert.Equal("--no-cache --no-cache-filter", await Complete("bud --no-cache"));

        async Task<string> Complete(string words)
        {
            var line = $"buildsharp {globals} {words}";
            var script = shell switch
            {
                "bash" => "source ./script; COMP_LINE=$1 COMP_POINT=${#1}; _buildsharp_complete; printf '%s\\n' \"${COMPREPLY[@]}\"",
                "zsh" => "compdef() { }; _files() { }; compadd() { print -l -- $candidates }; source ./script; words=(\"${(@s: :)1}\"); CURRENT=$#words; _buildsharp",
                _ => "source ./script; complete -C $argv[1]",
            };
            var arguments = shell == "fish" ? new[] { "-c", script, line } : ["-c", script, shell, line];
            var found = await sandbox.Named(shell).WithEnvironment("PATH", $"{sandbox["bin"]}:{Environment.GetEnvironmentVariable("PATH")}")
                .ExecuteAsync(arguments);
            // Fish offers files beside what the script gives.
            return string.Join(' ', found.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(word => !Path.Exists(sandbox[word])).Order(StringComparer.Ordinal));
        }
    }
}
