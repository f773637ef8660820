using Xunit;
using Xunit.Sdk;

namespace BuildSharp.Testing;

/// <summary>A fact that is skipped, with the reason, on a machine that lacks what it needs.</summary>
/// <param name="needs">What the machine must offer.</param>
/// <param name="tools">Programs that must be installed.</param>
[AttributeUsage(AttributeTargets.Method)]
[TraitDiscoverer("BuildSharp.Testing.IntegrationTrait", "BuildSharp.Testing")]
public sealed class RequiresFactAttribute(Needs needs, params string[] tools) : FactAttribute, ITraitAttribute
{
    private string? _skip;

    /// <summary>A path among <see cref="SharedCases"/> that must exist.</summary>
    public string? Cases { get; set; }

    public override string? Skip
    {
        get => _skip ?? Requirements.MissingReason(needs, tools, Cases);
        set => _skip = value;
    }
}
