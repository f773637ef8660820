using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests;

/// <summary>The install step puts everything below one prefix, and takes it out again.</summary>
public class InstallTests
{
    [RequiresFact(Needs.Binary, "bash", "man")]
    public async Task Installing_and_uninstalling_touch_the_prefix_alone()
    {
        using var sandbox = new Sandbox();
        var script = Path.Combine(Checkout.Root, "install.sh");
        await sandbox.Named("bash").RunAsync(script, sandbox["prefix"]);
        var files = Directory.EnumerateFiles(sandbox["prefix"], "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(sandbox["prefix"], path)).ToList();
        Assert.Superset(
            new HashSet<string>
            {
                "bin/buildsharp", "share/bash-completion/completions/buildsharp", "share/zsh/site-functions/_buildsharp",
                "share/fish/vendor_completions.d/buildsharp.fish", "share/man/man1/buildsharp.1", "share/man/man1/buildsharp-build.1",
            },
            files.ToHashSet());
        var page = await sandbox.Named("man").WithEnvironment("MANPATH", sandbox["prefix/share/man"]).ReadAsync("buildsharp-commit");
        Assert.Contains("buildsharp commit", page);
        Assert.StartsWith("buildsharp version", await sandbox.Named(sandbox["prefix/bin/buildsharp"]).ReadAsync("--version"));

        await sandbox.Named("bash").RunAsync(script, "--uninstall", sandbox["prefix"]);
        Assert.Empty(Directory.EnumerateFiles(sandbox["prefix"], "*", SearchOption.AllDirectories));
    }
}
