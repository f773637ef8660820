using BuildSharp.Cli.Flags;
using BuildSharp.Cli.Output;
using BuildSharp.Oci;

namespace BuildSharp.Cli.Commands;

/// <summary><c>version [--json]</c>: prints the versions of the program and of the formats it implements.</summary>
internal sealed class VersionVerb : SyncVerb
{
    public override string Synopsis => "[flags]";

    public override string Summary => "Show the version";

    public override VerbGroup Group => VerbGroup.System;

    public override IEnumerable<FlagDefinition> Flags => [Flag.Bool("json", "print JSON")];

    public override FlagPlacement Placement => FlagPlacement.Anywhere;

    protected override int Run(Invocation call)
    {
        NoArguments.Check(call);
        var platform = Platform.Host.ToString();
        (string Label, string Key, string Value)[] rows =
        [
            ("Version:", "version", ProductVersion.CommandLine),
            ("buildsharp:", "buildsharp", BuildSharpVersion.Number),
            ("Go Version:", "goVersion", $"none (.NET {Environment.Version})"),
            ("Image Spec:", "imageSpec", ProductVersion.ImageSpec),
            ("Runtime Spec:", "runtimeSpec", ProductVersion.RuntimeSpec),
            ("CNI Spec:", "cniSpec", ""),
            ("libcni Version:", "libcniVersion", ""),
            ("image Version:", "imageVersion", ProductVersion.ImageLibrary),
            ("Git Commit:", "gitCommit", ""),
            ("Built:", "built", "Thu Jan  1 00:00:00 1970"),
            ("OS/Arch:", "osArch", platform),
            ("BuildPlatform:", "buildPlatform", platform),
        ];
        if (call.Flags.Bool("json"))
        {
            var value = new GoValue.Struct("version", [.. rows.Select(row => new GoField(row.Key, row.Key, new GoValue.Text(row.Value)))]);
            call.Out.WriteLine(GoValueJson.Indented(value));
            return 0;
        }

        foreach (var (label, _, value) in rows)
        {
            call.Out.WriteLine(label.PadRight(17) + value);
        }

        return 0;
    }
}
