using System.Net;
using System.Text.Json;

namespace Embedded.Functions.Tests.Host;

/// <summary>What functions get as parameters.</summary>
[Collection(ProbeApps.Name)]
public sealed class ParameterTests(ProbeApp probe)
{
    [Fact]
    public async Task Route_values_come_as_the_types_of_the_parameters()
    {
        JsonElement got = await probe.JsonAsync("api/typed/5/7f1e2d3c-1111-2222-3333-444455556666/2026-01-02T03:04:05/true/1");

        Assert.Equal(5, got.GetProperty("number").GetInt32());
        Assert.Equal("7f1e2d3c-1111-2222-3333-444455556666", got.GetProperty("id").GetString());
        Assert.Equal(new DateTime(2026, 1, 2, 3, 4, 5), got.GetProperty("when").GetDateTime());
        Assert.True(got.GetProperty("flag").GetBoolean());
        Assert.Equal(1, got.GetProperty("level").GetInt32());
    }

    [Theory]
    [InlineData("api/optional", "nobody")]
    [InlineData("api/optional/x%20y", "x y")]
    [InlineData("api/defaulted", "7")]
    [InlineData("api/defaulted/3", "3")]
    [InlineData("api/files", "<>")]
    [InlineData("api/files/a/b/c.txt", "<a/b/c.txt>")]
    [InlineData("api/limited/9", "9")]
    [InlineData("api/word/abc", "abc none")]
    [InlineData("api/word/abc/more", "abc more")]
    [InlineData("API/Word/abc", "abc none")]
    [InlineData("api/asked?n=4", "4 -")]
    [InlineData("api/asked?word=a%26b&n=-1", "-1 a&b")]
    [InlineData("api/tagged/x", "tag of x")]
    [InlineData("api/coloured/red", "RED")]
    public async Task Parameters_are_found_in_the_route_and_the_query(string path, string expected) =>
        Assert.Equal(expected, await probe.TextAsync(path));

    [Theory]
    [InlineData("api/limited/10")]
    [InlineData("api/limited/x")]
    [InlineData("api/word/a")]
    [InlineData("api/word/abcdef")]
    public async Task A_value_that_breaks_a_constraint_is_another_route(string path) =>
        await probe.TextAsync(path, HttpStatusCode.NotFound);

    [Theory]
    [InlineData("api/loose/abc", "number")]
    [InlineData("api/loose/99999999999", "number")]
    [InlineData("api/loose/1.5", "number")]
    [InlineData("api/asked", "n")]
    [InlineData("api/asked?n=x", "n")]
    [InlineData("api/asked?n=1&n=2", "n")]
    [InlineData("api/coloured/octarine", "colour")]
    public async Task A_value_that_does_not_fit_is_answered_400_naming_the_parameter(string path, string parameter)
    {
        JsonElement problem = await probe.JsonAsync(path, HttpStatusCode.BadRequest);

        Assert.Contains($"'{parameter}'", problem.GetProperty("detail").GetString());
        Assert.DoesNotContain("   at ", problem.ToString());
    }

    [Fact]
    public async Task Values_of_a_JSON_body_come_as_parameters() =>
        Assert.Equal("pen 3", await probe.PostAsync("api/from-json", """{"name":"pen","count":3}"""));

    [Fact]
    public async Task A_body_comes_as_an_object_as_text_and_as_bytes()
    {
        Assert.Equal("""{"item":"pen","count":3}""", await probe.PostAsync("api/order", """{"ITEM":"pen","count":3}"""));
        Assert.Equal("""{"item":"pen","count":3}""", await probe.PostAsync("api/order", """{"item":"pen","count":3}""", "application/x+json; charset=utf-8"));
        Assert.Equal("<any text>", await probe.PostAsync("api/text", "any text", "text/plain"));
        Assert.Equal("3", await probe.PostAsync("api/bytes", "abc", "application/x-any"));
    }

    [Theory]
    [InlineData("""{"item":""", "application/json")]
    [InlineData("", "application/json")]
    [InlineData("""{"item":"pen","count":"many"}""", "application/json")]
    [InlineData("""["pen"]""", "application/json")]
    [InlineData("""{"item":"pen","count":3}""", "text/plain")]
    [InlineData("""{"item":"pen","count":3}""", "multipart/form-data")]
    public async Task A_body_that_is_not_what_is_asked_for_is_answered_400_naming_the_parameter(string body, string contentType)
    {
        string problem = await probe.PostAsync("api/order", body, contentType, HttpStatusCode.BadRequest);

        Assert.Contains("order", JsonSerializer.Deserialize<JsonElement>(problem).GetProperty("detail").GetString());
        Assert.DoesNotContain("   at ", problem);
    }

    [Fact]
    public async Task A_body_that_is_nested_too_deep_is_answered_400() =>
        Assert.Contains("order", await probe.PostAsync("api/order", new string('[', 5000), status: HttpStatusCode.BadRequest));

    [Fact]
    public async Task The_context_its_token_and_a_durable_client_are_given()
    {
        JsonElement given = await probe.JsonAsync("api/given");

        Assert.Equal("Given", given.GetProperty("name").GetString());
        Assert.True(given.GetProperty("canBeCanceled").GetBoolean());
        Assert.True(given.GetProperty("same").GetBoolean());
        Assert.True(given.GetProperty("client").GetBoolean());
    }
}
