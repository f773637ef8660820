using System.Text.RegularExpressions;
using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests;

/// <summary>Every folder of <c>examples/</c> with a <c>build.sh</c> runs, and prints what it says it prints. <see cref="CiExamplesTests"/> has the others.</summary>
public partial class ExamplesTests
{
    public static TheoryData<string> Folders =>
        [.. Directory.EnumerateFiles(Path.Combine(Checkout.Root, "examples"), "build.sh", SearchOption.AllDirectories).Select(path => Path.GetFileName(Path.GetDirectoryName(path)!)).Order()];

    [RequiresTheory(Needs.Root | Needs.Overlay | Needs.Binary, "runc", "busybox", "make", "gcc")]
    [MemberData(nameof(Folders))]
    public async Task An_example_prints_what_it_promises(string folder)
    {
        using var sandbox = new Sandbox();
        var directory = Path.Combine(Checkout.Root, "examples", folder);
        // The examples call `buildsharp`, as a reader does; here that is the binary with this sandbox's store.
        var buildsharp = sandbox.BuildSharp;
        var wrapper = sandbox.Write("bin/buildsharp",
            $"#!/bin/sh\nexec {buildsharp.Program} {string.Join(' ', buildsharp.LeadingArguments)} \"$@\"\n");
        await sandbox.Named("chmod").RunAsync("755", wrapper);
        var run = await sandbox.Named("bash").Within(TimeSpan.FromMinutes(5))
            .WithEnvironment("PATH", $"{sandbox["bin"]}:{Environment.GetEnvironmentVariable("PATH")}:/usr/sbin:/sbin")
            .RunAsync(Path.Combine(directory, "build.sh"));
        var expected = File.ReadAllText(Path.Combine(directory, "expected.txt"));
        Assert.Equal(expected.TrimEnd('\n'), VaryingId().Replace(run.Output, "<id>").TrimEnd('\n'));
    }

    [GeneratedRegex("[0-9a-f]{64}|(?<=^--> )[0-9a-f]{12}$", RegexOptions.Multiline)]
    private static partial Regex VaryingId();
}
