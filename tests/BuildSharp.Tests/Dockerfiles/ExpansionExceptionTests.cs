using BuildSharp.Dockerfiles.Expansion;

namespace BuildSharp.Tests.Dockerfiles;

public class ExpansionExceptionTests
{
    [Theory]
    [InlineData("'a", "A quote that is meant as a character is written \\'.")]
    [InlineData("\"a", "A quote that is meant as a character is written \\\".")]
    [InlineData("${}", "A dollar sign that is meant as a character is written \\$.")]
    [InlineData("${", "Every ${ has its }; a blank ends a word that is not in quotes.")]
    [InlineData("${v", "Every ${ has its }; a blank ends a word that is not in quotes.")]
    [InlineData("${v:-a", "Every ${ has its }; a blank ends a word that is not in quotes.")]
    [InlineData("${v#a", "Every ${ has its }; a blank ends a word that is not in quotes.")]
    [InlineData("${v/a}", "Write ${name/pattern/replacement}.")]
    [InlineData("${v=a}", "The modifiers are :- - :+ + :? ? # ## % %% / and //.")]
    [InlineData("${v:=a}", "The modifiers are :- - :+ + :? ? # ## % %% / and //.")]
    public void A_mistake_in_a_word_says_what_to_write(string word, string hint) =>
        Assert.Equal([hint], Assert.Throws<ExpansionException>(() => ShellWords.Parse(word)).Hints);

    [Fact]
    public void What_a_required_variable_says_is_no_mistake_of_the_word()
    {
        var error = Assert.Throws<ExpansionException>(() => VariableExpansion.Expand("${v:?\"the missing '}' of v\"}", _ => null));
        Assert.Equal("v: the missing '}' of v", error.Reason);
        Assert.Empty(error.Hints);
    }

    [Fact]
    public void Words_nested_as_deep_as_may_be_fit_a_small_stack()
    {
        const int Deepest = 100;
        var word = string.Concat(Enumerable.Repeat("\"${a:-", Deepest)) + "x" + string.Concat(Enumerable.Repeat("}\"", Deepest));
        var text = "";
        var thread = new Thread(() => text = VariableExpansion.Expand(word, _ => null), 1024 * 1024);
        thread.Start();
        thread.Join();
        Assert.Equal("x", text);
    }
}
