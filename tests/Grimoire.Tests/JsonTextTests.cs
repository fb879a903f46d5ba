using Grimoire.Documents;

namespace Grimoire.Tests;

/// <summary>What is said of a text that is not JSON is for who has written the text.</summary>
public sealed class JsonTextTests
{
    [Theory]
    [InlineData("""{"a":1,}""", "Not JSON, at line 1, column 8: The JSON object contains a trailing comma at the end.")]
    [InlineData("[1,\n 2,\n]", "Not JSON, at line 3, column 1: The JSON array contains a trailing comma at the end.")]
    [InlineData("", "The document is empty.")]
    [InlineData(" \r\n", "The document is empty.")]
    [InlineData("""{"a":1 "b":2}""", "Not JSON, at line 1, column 8: '\"' is invalid after a value. Expected either ',', '}', or ']'.")]
    public void The_reason_has_neither_the_readers_words_for_the_place_nor_advice_on_its_options(string text, string message)
    {
        var findings = new List<Finding>();

        Assert.Null(JsonText.Parse(text, findings));

        Assert.Equal(("document.syntax", message), (Assert.Single(findings).Code, findings[0].Message));
    }
}
