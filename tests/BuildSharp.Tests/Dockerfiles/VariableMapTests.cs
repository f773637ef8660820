using BuildSharp.Dockerfiles.Expansion;

namespace BuildSharp.Tests.Dockerfiles;

public class VariableMapTests
{
    [Fact]
    public void A_map_has_what_was_put_in_it_in_the_order_the_names_came()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("BUILDSHARP_SEED"), out var given) ? given : Environment.TickCount;
        var random = new Random(seed);
        var map = VariableMap.Empty;
        var expected = new List<KeyValuePair<string, string?>>();
        for (var i = 0; i < 2000; i++)
        {
            // Many names come again.
            var variable = KeyValuePair.Create($"v{random.Next(1500)}", random.Next(10) == 0 ? null : $"{i}");
            var at = expected.FindIndex(before => before.Key == variable.Key);
            if (at < 0)
            {
                expected.Add(variable);
            }
            else
            {
                expected[at] = variable;
            }

            map = map.With(variable.Key, variable.Value);
        }

        Assert.True(expected.SequenceEqual(map.InOrder), $"BUILDSHARP_SEED={seed}");
        Assert.Equal(expected.Count, map.Count);
        Assert.Equal(expected.Select(variable => variable.Key).Order(), map.Names.Order());
        Assert.All(expected, variable => Assert.Equal(variable.Value, map.ValueOf(variable.Key)));
        Assert.False(map.Contains("v"));
        Assert.False(map.Contains("v1500"));
    }

    [Fact]
    public void A_change_leaves_the_map_before_as_it_was()
    {
        var one = VariableMap.Empty.With("a", "1");
        var two = one.With("a", "2").With("b", null);
        Assert.Equal("1", one.ValueOf("a"));
        Assert.False(one.Contains("b"));
        Assert.Equal("2", two.ValueOf("a"));
        Assert.True(two.Contains("b"));
        Assert.Null(two.ValueOf("b"));
    }

    [Fact]
    public void Two_maps_that_come_from_one_do_not_see_each_other()
    {
        var map = VariableMap.Empty.With("0", "start");
        var others = new List<VariableMap>();
        for (var i = 1; i < 100; i++)
        {
            others.Add(map.With("other", $"{i}").With($"{i}", "other"));
            map = map.With($"{i}", $"value {i}").With("0", $"{i}");
        }

        Assert.Equal(Enumerable.Range(0, 100).Select(i => $"{i}"), map.Names);
        Assert.False(map.Contains("other"));
        Assert.Equal("99", map.ValueOf("0"));
        Assert.Equal("value 50", map.ValueOf("50"));
        Assert.Equal(("50", "other", "49", "value 49"), (others[49].ValueOf("other"), others[49].ValueOf("50"), others[49].ValueOf("0"), others[49].ValueOf("49")));
        Assert.False(others[49].Contains("51"));
        Assert.Equal([.. Enumerable.Range(0, 50).Select(i => $"{i}"), "other", "50"], others[49].Names);
    }

    [Fact]
    public void A_name_may_have_an_equals_sign_and_a_value_may_be_empty()
    {
        var map = VariableMap.Empty.With("a=b", "c=d").With("e", "");
        Assert.Equal("c=d", map.ValueOf("a=b"));
        Assert.False(map.Contains("a"));
        Assert.Equal("", map.ValueOf("e"));
    }
}
