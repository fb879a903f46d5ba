using Embedded.Functions.Binding.Converters;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Converters;
using Microsoft.Azure.Functions.Worker.Core.FunctionMetadata;

namespace Embedded.Functions.Tests.Api;

public sealed class WorkerTypesTests
{
    [Fact]
    public void A_capability_that_is_switched_off_is_gone()
    {
        var options = new WorkerOptions { IncludeEmptyEntriesInMessagePayload = false };

        Assert.False(options.IncludeEmptyEntriesInMessagePayload);
        Assert.DoesNotContain("IncludeEmptyEntriesInMessagePayload", options.Capabilities);

        options.IncludeEmptyEntriesInMessagePayload = true;
        Assert.Equal("True", options.Capabilities["IncludeEmptyEntriesInMessagePayload"]);
    }

    [Fact]
    public void A_worker_can_do_four_things_from_the_start() =>
        Assert.Equal(
            [
                "EnableUserCodeException",
                "HandlesInvocationCancelMessage",
                "HandlesWorkerTerminateMessage",
                "IncludeEmptyEntriesInMessagePayload",
            ],
            new WorkerOptions().Capabilities.Keys.Order());

    [Fact]
    public void Converters_keep_their_order()
    {
        var converters = new InputConverterCollection();

        converters.Register<GuidConverter>();
        converters.Register<ArrayConverter>();
        converters.RegisterAt<TypeConverter>(0);
        Assert.Equal([typeof(TypeConverter), typeof(GuidConverter), typeof(ArrayConverter)], converters);

        converters.Clear();
        Assert.Empty(converters);
    }

    [Theory]
    [InlineData(typeof(int), false)]
    [InlineData(typeof(int?), true)]
    [InlineData(typeof(string), true)]
    public void A_parameter_knows_whether_it_can_be_null(Type type, bool canBeNull)
    {
        var parameter = new FunctionParameter("a", type, hasDefaultValue: true, defaultValue: null);

        Assert.Equal(canBeNull, parameter.IsReferenceOrNullableType);
        Assert.True(parameter.HasDefaultValue);
        Assert.False(new FunctionParameter("a", type).HasDefaultValue);
    }

    [Fact]
    public void A_function_has_the_id_that_other_hosts_compute()
    {
        var function = new DefaultFunctionMetadata { Name = "Hello", ScriptFile = "app.dll", EntryPoint = "App.Functions.Hello" };

        Assert.Equal("1179383813", function.FunctionId);
    }

    [Fact]
    public void The_id_follows_the_name()
    {
        var function = new DefaultFunctionMetadata();
        Assert.Null(function.FunctionId);

        function.Name = "Hello";
        Assert.Equal("728080650", function.FunctionId);

        function.Name = null;
        Assert.Null(function.FunctionId);
    }

    [Fact]
    public void Retry_options_with_a_delay_are_fixed()
    {
        Assert.Equal(RetryStrategy.ExponentialBackoff, new DefaultRetryOptions().Strategy);
        Assert.Equal(RetryStrategy.FixedDelay, new DefaultRetryOptions { DelayInterval = TimeSpan.FromSeconds(1) }.Strategy);
    }

    [Fact]
    public void A_conversion_result_that_says_nothing_is_unhandled()
    {
        Assert.Equal(ConversionStatus.Unhandled, default(ConversionResult).Status);
        Assert.Throws<ArgumentNullException>(() => ConversionResult.Failed(null!));
    }
}
