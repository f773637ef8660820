using Xunit.Abstractions;
using Xunit.Sdk;

namespace BuildSharp.Testing;

/// <summary>Marks the tests that work with other programs or with mounts, by what they say they need, so that the quick loop can leave
/// them out: <c>--filter Kind!=Integration</c>.</summary>
public sealed class IntegrationTrait : ITraitDiscoverer
{
    /// <inheritdoc/>
    public IEnumerable<KeyValuePair<string, string>> GetTraits(IAttributeInfo traitAttribute)
    {
        var arguments = traitAttribute.GetConstructorArguments().ToArray();
        var needs = (Needs)arguments[0];
        var tools = (IEnumerable<object>)arguments[1];
        if ((needs & (Needs.Overlay | Needs.Binary)) != 0 || tools.Any())
        {
            yield return new("Kind", "Integration");
        }
    }
}
