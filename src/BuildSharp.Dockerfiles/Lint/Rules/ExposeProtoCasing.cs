using BuildSharp.Dockerfiles.Instructions;

namespace BuildSharp.Dockerfiles.Lint.Rules;

/// <content>ExposeProtoCasing</content>
public static partial class LintRules
{
    private static LintRule ExposeProtoCasing() => LintRule.Each(
        "ExposeProtoCasing", "Protocol in EXPOSE instruction should be lowercase",
        step =>
            from port in step is { IsBuilt: true, Instruction: ExposeInstruction expose } ? expose.Ports : []
            let slash = port.Text.IndexOf('/')
            where slash >= 0 && port.Text[slash..] != port.Text[slash..].ToLowerInvariant()
            select step.At($"Defined protocol '{port.Text}' in EXPOSE instruction should be lowercase"));
}
