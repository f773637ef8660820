using BuildSharp.Dockerfiles.Instructions;

namespace BuildSharp.Dockerfiles.Lint.Rules;

/// <content>ExposeInvalidFormat</content>
public static partial class LintRules
{
    private static LintRule ExposeInvalidFormat() => LintRule.Each(
        "ExposeInvalidFormat", "IP address and host-port mapping should not be used in EXPOSE instruction",
        step =>
            from port in step is { IsBuilt: true, Instruction: ExposeInstruction expose } ? expose.Ports : []
            where port.Text.Contains(':') && !port.Text.Contains('$')
            select step.At(
                $"EXPOSE instruction should not define an IP address or host-port mapping, found '{port.Text}'"));
}
