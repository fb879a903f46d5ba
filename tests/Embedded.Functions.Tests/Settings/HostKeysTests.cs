using Embedded.Functions.Settings;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Embedded.Functions.Tests.Settings;

public sealed class HostKeysTests
{
    static readonly HostKeys Keys = new(
        "master",
        new Dictionary<string, string> { ["default"] = "function", ["partner"] = "partner" },
        new Dictionary<string, string> { ["durabletask_extension"] = "system" },
        new Dictionary<string, IReadOnlyDictionary<string, string>> { ["Orders"] = new Dictionary<string, string> { ["shop"] = "own" } });

    [Theory]
    [InlineData(AuthorizationLevel.Anonymous, "master function partner system own wrong")]
    [InlineData(AuthorizationLevel.User, "master")]
    [InlineData(AuthorizationLevel.Function, "master function partner own")]
    [InlineData(AuthorizationLevel.System, "master system")]
    [InlineData(AuthorizationLevel.Admin, "master")]
    public void Each_level_is_opened_by_its_keys_and_the_master_key(AuthorizationLevel level, string opening)
    {
        string[] presented = ["master", "function", "partner", "system", "own", "wrong"];

        IEnumerable<string> allowed = presented.Where(key => Keys.Allows(level, key, "Orders"));

        Assert.Equal(opening.Split(' '), allowed);
    }

    [Fact]
    public void A_key_of_one_function_opens_no_other()
    {
        Assert.True(Keys.Allows(AuthorizationLevel.Function, "own", "orders"));
        Assert.False(Keys.Allows(AuthorizationLevel.Function, "own", "Invoices"));
        Assert.False(Keys.Allows(AuthorizationLevel.Function, "own"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("MASTER")]
    [InlineData("master ")]
    [InlineData("maste")]
    public void No_key_and_almost_a_key_open_nothing(string? presented) => Assert.All(
        [AuthorizationLevel.User, AuthorizationLevel.Function, AuthorizationLevel.System, AuthorizationLevel.Admin],
        level => Assert.False(Keys.Allows(level, presented, "Orders")));

    [Fact]
    public void A_level_that_does_not_exist_is_opened_by_the_master_key_alone()
    {
        Assert.True(Keys.Allows((AuthorizationLevel)9, "master"));
        Assert.False(Keys.Allows((AuthorizationLevel)9, "function"));
    }

    [Theory]
    [InlineData("?code=q", null, "q")]
    [InlineData("?code=q", "h", "h")]
    [InlineData("?code=q", "", "")]
    [InlineData("", "h", "h")]
    [InlineData("?code=first&code=second", null, "first")]
    [InlineData("?CODE=q", null, "q")]
    [InlineData("", null, null)]
    public void The_header_goes_over_the_query(string query, string? header, string? key)
    {
        var context = new DefaultHttpContext();
        context.Request.QueryString = new QueryString(query);
        if (header is not null)
        {
            context.Request.Headers["X-Functions-Key"] = header;
        }

        Assert.Equal(key, PresentedKey.Of(context.Request));
    }
}
