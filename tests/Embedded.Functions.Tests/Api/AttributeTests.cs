using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Converters;
using Microsoft.Azure.Functions.Worker.Http;

namespace Embedded.Functions.Tests.Api;

public sealed class AttributeTests
{
    [Fact]
    public void A_trigger_that_names_no_level_asks_for_a_function_key()
    {
        Assert.Equal(AuthorizationLevel.Function, new HttpTriggerAttribute().AuthLevel);
        Assert.Equal(AuthorizationLevel.Function, new HttpTriggerAttribute("get", "post").AuthLevel);
    }

    [Fact]
    public void A_trigger_has_the_level_and_the_methods_that_it_names()
    {
        var trigger = new HttpTriggerAttribute(AuthorizationLevel.Anonymous, "get", "post") { Route = "a/{b?}" };

        Assert.Equal(AuthorizationLevel.Anonymous, trigger.AuthLevel);
        Assert.Equal(["get", "post"], trigger.Methods!);
        Assert.Equal("a/{b?}", trigger.Route);
        Assert.Null(new HttpTriggerAttribute(AuthorizationLevel.Admin).Methods);
    }

    [Theory]
    [InlineData("soon")]
    [InlineData("-00:00:01")]
    public void A_fixed_delay_has_to_be_one(string delay) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new FixedDelayRetryAttribute(3, delay));

    [Theory]
    [InlineData("soon", "00:00:05", "minimumInterval")]
    [InlineData("00:00:01", "later", "maximumInterval")]
    [InlineData("-00:00:01", "00:00:05", "minimumInterval")]
    [InlineData("-00:00:05", "-00:00:01", "minimumInterval")]
    [InlineData("00:00:00", "-00:00:01", "maximumInterval")]
    [InlineData("00:00:06", "00:00:05", "minimumInterval")]
    public void A_backoff_needs_two_delays_in_order(string minimum, string maximum, string culprit)
    {
        var thrown = Assert.ThrowsAny<ArgumentException>(() => new ExponentialBackoffRetryAttribute(3, minimum, maximum));

        Assert.Equal(culprit, thrown.ParamName);
    }

    [Fact]
    public void Retries_keep_what_they_were_given()
    {
        var backoff = new ExponentialBackoffRetryAttribute(-1, "00:00:04", "00:15:00");
        var delay = new FixedDelayRetryAttribute(5, "00:00:10");

        Assert.Equal((-1, "00:00:04", "00:15:00"), (backoff.MaxRetryCount, backoff.MinimumInterval, backoff.MaximumInterval));
        Assert.Equal((5, "00:00:10"), (delay.MaxRetryCount, delay.DelayInterval));
    }

    [Fact]
    public void A_converter_attribute_takes_converters_only()
    {
        Assert.Throws<InvalidOperationException>(() => new InputConverterAttribute(typeof(string)));
        Assert.True(typeof(IInputConverter).IsAssignableFrom(new FromBodyAttribute().ConverterType));
    }
}
