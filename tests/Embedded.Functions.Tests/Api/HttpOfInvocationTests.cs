using Embedded.Functions.Invocation;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Converters;
using Microsoft.Azure.Functions.Worker.Http;

namespace Embedded.Functions.Tests.Api;

public sealed class HttpOfInvocationTests
{
    readonly FunctionBindings _bindings = new(FunctionBindings.NoTriggerData);

    [Fact]
    public async Task The_request_is_found_as_often_as_one_asks()
    {
        var context = Context("httpTrigger");
        var request = Receive(context);

        Assert.Same(request, await context.GetHttpRequestDataAsync());
        Assert.Same(request, await context.GetHttpRequestDataAsync());
    }

    [Fact]
    public async Task An_invocation_by_something_else_has_no_request() =>
        Assert.Null(await Context("activityTrigger").GetHttpRequestDataAsync());

    [Fact]
    public async Task The_request_is_found_although_its_parameter_got_something_else()
    {
        var context = Context("httpTrigger");
        var request = Receive(context);
        _bindings.SetConverted("trigger", ConversionResult.Success("the body"));

        Assert.Same(request, await context.GetHttpRequestDataAsync());
    }

    [Fact]
    public async Task A_request_that_middleware_put_in_its_place_is_found_instead()
    {
        var context = Context("httpTrigger");
        Receive(context);
        var other = new FakeRequest(context, []);
        _bindings.SetConverted("trigger", ConversionResult.Success(other));

        Assert.Same(other, await context.GetHttpRequestDataAsync());
    }

    [Fact]
    public async Task A_feature_that_knows_the_request_is_asked_first()
    {
        var context = Context("httpTrigger");
        Receive(context);
        var other = new FakeRequest(context, []);
        context.Features.Set<IHttpRequestDataFeature>(new Feature(other));

        Assert.Same(other, await context.GetHttpRequestDataAsync());
    }

    [Fact]
    public void The_response_is_what_the_function_returned()
    {
        var context = Context("httpTrigger");
        var response = new FakeResponse(context);
        _bindings.Result = response;

        Assert.Same(response, context.GetHttpResponseData());
    }

    [Fact]
    public void The_response_is_the_HTTP_output_among_several()
    {
        var context = Context("httpTrigger");
        var response = new FakeResponse(context);
        _bindings.Result = "a type with outputs";
        _bindings.Outputs["message"] = new FakeResponse(context);
        _bindings.Outputs["answer"] = response;

        Assert.Same(response, context.GetHttpResponseData());
    }

    [Fact]
    public void A_result_that_is_no_response_data_is_none()
    {
        var context = Context("httpTrigger");
        _bindings.Result = "text";

        Assert.Null(context.GetHttpResponseData());
    }

    FakeContext Context(string trigger)
    {
        var context = new FakeContext
        {
            Definition = new FakeDefinition(
                new FakeBinding("trigger", trigger, BindingDirection.In),
                new FakeBinding("message", "queue", BindingDirection.Out),
                new FakeBinding("answer", "http", BindingDirection.Out)),
        };
        context.Features.Set(_bindings);
        return context;
    }

    FakeRequest Receive(FakeContext context)
    {
        var request = new FakeRequest(context, []);
        _bindings.Inputs["trigger"] = request;
        return request;
    }

    sealed class Feature(HttpRequestData request) : IHttpRequestDataFeature
    {
        public ValueTask<HttpRequestData?> GetHttpRequestDataAsync(FunctionContext context) => new(request);
    }
}
